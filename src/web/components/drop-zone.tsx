import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { fromDrop } from '../state/chosen-files.ts';
import { attempt } from '../state/notices.ts';

export interface DropZoneProps {
  /** Shown while files are held over the page. */
  readonly text: string;
  readonly onFiles: (files: readonly File[]) => void;
  readonly children: ComponentChildren;
}

/** A page that takes files and folders that are dropped on it. */
export function DropZone({ text, onFiles, children }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  // Entering a part of the page is told before leaving the part around it.
  const depth = useRef(0);
  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button beside it does the same by keys
    <div
      class="drop-zone"
      onDragEnter={(event) => {
        if (!holdsFiles(event)) return;
        depth.current++;
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!holdsFiles(event)) return;
        depth.current = Math.max(0, depth.current - 1);
        if (depth.current === 0) setOver(false);
      }}
      onDragOver={(event) => {
        if (holdsFiles(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        depth.current = 0;
        setOver(false);
        if (!holdsFiles(event) || event.dataTransfer === null) return;
        event.preventDefault();
        const { dataTransfer } = event;
        void attempt(async () => onFiles((await fromDrop(dataTransfer)).map(({ file }) => file)));
      }}
    >
      {children}
      {isOver && (
        <div class="drop-over" role="status">
          {text}
        </div>
      )}
    </div>
  );
}
