const EDGES = ['top', 'right', 'bottom', 'left'] as const;

/** What lies beyond the edges of a picture. @param letters [top, right, bottom, left]; empty: nothing is known */
export function EdgeLetters({ letters }: { readonly letters: readonly string[] }) {
  return (
    <>
      {EDGES.map(
        (edge, i) =>
          letters[i] !== '' && (
            <span key={edge} class={`edge ${edge}`} aria-hidden="true">
              {letters[i]}
            </span>
          ),
      )}
    </>
  );
}
