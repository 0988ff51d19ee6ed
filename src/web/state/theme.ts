import { effect, signal } from '@preact/signals';

export type Theme = 'dark' | 'light';

const KEY = 'patchcl.theme';

/** Scans are read best in the dark, so that is what the page starts with unless the person or the system says light. */
export const theme = signal<Theme>(
  stored() ?? (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'),
);

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(KEY, theme.value);
}

function stored(): Theme | undefined {
  const value = localStorage.getItem(KEY);
  return value === 'dark' || value === 'light' ? value : undefined;
}
