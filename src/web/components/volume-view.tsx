import { useEffect, useRef, useState } from 'preact/hooks';
import type { Annotation } from '../annotation/annotation.ts';
import { attempt } from '../state/notices.ts';
import type { Session } from '../state/session.ts';
import { maskVolume } from '../viewer/mask-volume.ts';
import type { VolumeScene } from '../viewer/volume-scene.ts';

/** Milliseconds without drawing after which the labels are shown anew. */
const PAUSE = 400;

/** The open case in space. The viewer is loaded when it is first opened. */
export function VolumeView({ session, open }: { readonly session: Session; readonly open: Annotation }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [scene, setScene] = useState<VolumeScene>();
  const [preview, setPreview] = useState<Uint8Array<ArrayBuffer>>();
  const version = open.version.value;
  const classes = session.project.value?.classes.length ?? 2;

  useEffect(() => {
    let closed = false;
    let made: VolumeScene | undefined;
    void attempt(async () => {
      const [{ VolumeScene }, bytes] = await Promise.all([
        import('../viewer/volume-scene.ts'),
        session.studio.ask('preview', { case: open.id }),
      ]);
      if (closed) return;
      made = new VolumeScene(canvas.current as HTMLCanvasElement, open.measures.orientation !== undefined);
      await made.show(bytes as Uint8Array<ArrayBuffer>);
      setPreview(bytes as Uint8Array<ArrayBuffer>);
      setScene(made);
    });
    return () => {
      closed = true;
      made?.close();
    };
  }, [open, session]);

  useEffect(() => {
    if (scene === undefined || preview === undefined) return;
    // Drawing comes first: the labels follow when it rests.
    const timer = setTimeout(() => {
      const mask = maskVolume(preview, (z) => open.labels.get(z), open.measures.shape);
      void attempt(() => scene.showMask(mask, classes));
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [scene, preview, version, classes, open]);

  return (
    <div class="volume-view full">
      <canvas ref={canvas} aria-label={`${open.id} in three dimensions`} role="img" />
      {scene === undefined && <span class="overlay-text top-left">loading…</span>}
    </div>
  );
}
