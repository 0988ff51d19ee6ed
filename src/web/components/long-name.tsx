import { Fragment } from 'preact';

/** A name of a file or a scan, which may break where people see that it has parts. */
export function LongName({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/(?<=[_.-])/).map((part, i) => (
        <Fragment key={i}>
          {i > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}
