/** `1 scan`, `2 scans`. @param what one of them is called */
export function countOf(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
