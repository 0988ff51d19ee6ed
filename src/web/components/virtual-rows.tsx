import {
  elementScroll,
  measureElement,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';

export interface VirtualRowsProps {
  readonly count: number;
  /** Height of a row before it has been shown, pixels. */
  readonly estimate: (row: number) => number;
  /** Changes when a row holds something else. */
  readonly keyOf: (row: number) => string;
  readonly gap?: number;
  /** A row that is on screen at first. */
  readonly first?: number;
  readonly children: (row: number) => ComponentChildren;
}

/** Rows shown above and below what is on screen, so that none appears late. */
const BEYOND = 3;

type RowOptions = VirtualizerOptions<HTMLElement, HTMLElement>;

/** Rows of any number, of which only those on screen are in the page. They scroll with the nearest parent of class `scrolls`. */
export function VirtualRows({ count, estimate, keyOf, gap = 12, first = 0, children }: VirtualRowsProps) {
  const place = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const options: RowOptions = {
    count,
    gap,
    overscan: BEYOND,
    scrollMargin: margin,
    estimateSize: estimate,
    getItemKey: keyOf,
    getScrollElement: () => place.current?.closest<HTMLElement>('.scrolls') ?? null,
    ...{ observeElementRect, observeElementOffset, scrollToFn: elementScroll, measureElement },
    onChange: () => redraw(undefined),
  };
  const [rows] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  rows.setOptions(options);
  useLayoutEffect(() => rows._didMount(), [rows]);
  useLayoutEffect(() => rows._willUpdate());
  useLayoutEffect(() => {
    if (first > 0) rows.scrollToIndex(first, { align: 'center' });
  }, [rows]);
  // What stands above the rows may have become higher.
  useLayoutEffect(() => {
    const element = place.current;
    const scroller = element?.closest<HTMLElement>('.scrolls');
    if (!element || !scroller) return;
    const above = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
    if (Math.abs(above - margin) > 1) setMargin(above);
  });
  return (
    <div ref={place} class="virtual-rows" style={{ height: `${rows.getTotalSize()}px` }}>
      {rows.getVirtualItems().map(({ index, key, start }) => (
        <div
          key={key}
          ref={rows.measureElement}
          data-index={index}
          style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
        >
          {children(index)}
        </div>
      ))}
    </div>
  );
}

/** Width of an element, as it changes. */
export function useWidth(): readonly [{ current: HTMLDivElement | null }, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (element.current === null) return;
    setWidth(element.current.clientWidth);
    const watcher = new ResizeObserver(([entry]) => entry && setWidth(Math.round(entry.contentRect.width)));
    watcher.observe(element.current);
    return () => watcher.disconnect();
  }, []);
  return [element, width];
}
