/** A study, series or instance as QIDO-RS answers it: attributes by their numbers (DICOM JSON model, PS3.18 annex F). */
export type QidoItem = Readonly<Record<string, unknown>>;

/** The values of an attribute, of whatever kind; none where the answer is odd. */
export function valuesOf(item: QidoItem, tag: string): readonly unknown[] {
  const attribute = item[tag] ?? item[tag.toLowerCase()];
  if (typeof attribute !== 'object' || attribute === null || !('Value' in attribute)) return [];
  return Array.isArray(attribute.Value) ? attribute.Value : [];
}

export function textsOf(item: QidoItem, tag: string): string[] {
  return valuesOf(item, tag).filter((value) => typeof value === 'string');
}

/** The first text of an attribute, empty where there is none. */
export const textOf = (item: QidoItem, tag: string) => textsOf(item, tag)[0] ?? '';

/** Some archives write numbers as texts. */
export function numbersOf(item: QidoItem, tag: string): number[] {
  return valuesOf(item, tag).map(Number).filter(Number.isFinite);
}

/** The items of a sequence. */
export function itemsOf(item: QidoItem, tag: string): QidoItem[] {
  return valuesOf(item, tag).filter((value): value is QidoItem => typeof value === 'object' && value !== null);
}
