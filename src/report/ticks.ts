/** Round numbers (1, 2 or 5 times a power of ten) from `low` to `high`, about `count` of them. */
export function linearTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Powers of ten from `low` to `high`; with fewer than two of them, 2 and 5 times powers too. */
export function logTicks(low: number, high: number): number[] {
  const from = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - from + 1 }, (_, index) =>
    Number(`1e${from + index}`),
  );
  const inside = (value: number) => value >= low * 0.999 && value <= high * 1.001;
  const tens = powers.filter(inside);
  if (tens.length < 2)
    return powers
      .flatMap((power) => [power, 2 * power, 5 * power].map((tick) => Number(tick.toPrecision(12))))
      .filter(inside);
  const every = Math.ceil(tens.length / 6);
  return tens.filter((_, index) => index % every === 0);
}

/** A tick as short text: 20000 is `20k`, 0.00001 is `1e-5`. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(4))}k`;
  return size !== 0 && size < 1e-3 ? value.toExponential().replace('e+', 'e') : String(Number(value.toPrecision(6)));
}
