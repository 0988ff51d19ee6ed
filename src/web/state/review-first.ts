import { signal } from '@preact/signals';
import { go } from './route.ts';

/** The scans that a note says are to be reviewed first, which Review then lists alone; undefined: it lists all. */
export const reviewFirst = signal<readonly string[] | undefined>(undefined);

/** Goes to Review. @param scans to be listed alone; default: all */
export function goToReview(scans?: readonly string[]): void {
  reviewFirst.value = scans;
  const [subject] = scans ?? [];
  go({ page: 'review', ...(subject !== undefined && { subject }) });
}

/** Lists all scans again; the one that is looked at stays. */
export function showAllInReview(): void {
  reviewFirst.value = undefined;
}
