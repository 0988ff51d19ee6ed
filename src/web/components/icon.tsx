/** Outlines on a 24 x 24 grid, drawn with the colour of the text. */
const PATHS = {
  grid: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  brush: 'M14.5 5.5l4 4L9 19l-5 1 1-5zM12.5 7.5l4 4',
  erase: 'M9 20h11M5.5 14.5l7-8a2 2 0 013 0l3 3a2 2 0 010 3L12 19H8z',
  lasso: 'M12 4c5 0 8 2.6 8 6s-3 6-8 6-8-2.6-8-6 3-6 8-6zM8 15.5c-2 1-2 3 0 3.5 1.500.4 1.500 2-.500 2.500',
  fill: 'M11 3l8 8-7 7a2 2 0 01-3 0l-5-5a2 2 0 010-3zM4.500 11h14M20 15c1 1.500 1.500 2.500 1.500 3.500a1.500 1.500 0 01-3 0c0-1 .5-2 1.500-3.500z',
  move: 'M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3',
  ruler: 'M3 16.5L16.500 3l4.500 4.500L7.500 21zM7 12.500l2 2M10 9.500l2 2M13 6.500l2 2',
  undo: 'M8 5L4 9l4 4M4 9h10a5 5 0 010 10H9',
  redo: 'M16 5l4 4-4 4M20 9H10a5 5 0 000 10h5',
  between: 'M5 4h14M5 20h14M8 9h8M7 14.500h10',
  sparkle:
    'M12 3l1.800 5.200L19 10l-5.200 1.800L12 17l-1.800-5.200L5 10l5.200-1.800zM18.500 16l.8 2.200 2.200.8-2.200.8-.8 2.200-.8-2.200-2.200-.8 2.200-.8z',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  cross: 'M6 6l12 12M18 6L6 18',
  eye: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 15a3 3 0 100-6 3 3 0 000 6z',
  hidden:
    'M3 3l18 18M10 5.700A9 9 0 0112 5.500C18 5.500 21.500 12 21.500 12a17 17 0 01-3 3.700M6.500 7.500A15 15 0 002.500 12S6 18.500 12 18.500a9 9 0 003.500-.7',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 017 0v3',
  unlock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 016.700-1.300',
  up: 'M6 14l6-6 6 6',
  down: 'M6 10l6 6 6-6',
  cube: 'M12 3l8 4.500v9L12 21l-8-4.500v-9zM4 7.500l8 4.500 8-4.500M12 12v9',
  play: 'M7 4.500v15l12-7.500z',
  pause: 'M8 5v14M16 5v14',
  stop: 'M6 6h12v12H6z',
  download: 'M12 4v11M7 11l5 5 5-5M4 20h16',
  upload: 'M12 16V5M7 9l5-5 5 5M4 20h16',
  sun: 'M12 16a4 4 0 100-8 4 4 0 000 8zM12 2v2.500M12 19.500V22M2 12h2.500M19.500 12H22M5 5l1.700 1.700M17.300 17.300L19 19M5 19l1.700-1.700M17.300 6.700L19 5',
  moon: 'M20 14.500A8.500 8.500 0 019.500 4 8.500 8.500 0 1020 14.500z',
  keyboard: 'M3 7h18v11H3zM7 11h.01M11 11h.01M15 11h.01M18 11h.01M8 15h8',
  next: 'M5 12h13M13 6l6 6-6 6',
  doubt: 'M12 21a9 9 0 100-18 9 9 0 000 18zM9.500 9.500a2.500 2.500 0 114 2c-1 .7-1.500 1.200-1.500 2.500M12 17h.01',
  folder: 'M3 6.500h6l2 2.500h10v10.500H3z',
  trash: 'M5 7h14M10 7V4.500h4V7M7 7l1 13h8l1-13',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  chart: 'M4 4v16h16M8 15l4-5 3 3 5-6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
