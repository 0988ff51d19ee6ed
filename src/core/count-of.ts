/** `1 scan`, `2 scans`, `10,000 scans`. @param what one of them is called */
export function countOf(n: number, what: string): string {
  return `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;
}
