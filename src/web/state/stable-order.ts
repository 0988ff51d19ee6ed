import { useRef } from 'preact/hooks';

/**
 * Ids in the order in which they were first seen: what is new comes behind, and nothing that a person looks at moves by
 * itself. What is gone is left out.
 *
 * @param key another order begins with another one
 */
export function useStableOrder(ids: readonly string[], key: string): readonly string[] {
  const known = useRef<{ key: string; order: readonly string[] }>({ key, order: [] });
  if (known.current.key !== key) known.current = { key, order: [] };
  const { order } = known.current;
  const seen = new Set(order);
  const there = new Set(ids);
  const next = [...order.filter((id) => there.has(id)), ...ids.filter((id) => !seen.has(id))];
  known.current.order = next;
  return next;
}
