import { useEffect, useState } from 'preact/hooks';
import type { StudioCase } from '../../studio/api/index.ts';
import type { Session } from '../state/session.ts';

/** Pictures by session and case, so that they are asked for once. */
const pictures = new WeakMap<Session, Map<string, Promise<string>>>();

function pictureOf(session: Session, id: string): Promise<string> {
  const known = pictures.get(session) ?? new Map<string, Promise<string>>();
  pictures.set(session, known);
  const picture =
    known.get(id) ??
    session.studio
      .ask('thumbnail', { case: id })
      .then((png) => URL.createObjectURL(new Blob([png as Uint8Array<ArrayBuffer>], { type: 'image/png' })));
  known.set(id, picture);
  return picture;
}

export function Thumbnail({ session, item }: { readonly session: Session; readonly item: StudioCase }) {
  const [url, setUrl] = useState<string>();
  const isReady = item.state === 'ready';
  useEffect(() => {
    let closed = false;
    if (isReady) {
      pictureOf(session, item.id)
        .then((found) => closed || setUrl(found))
        .catch(() => undefined);
    }
    return () => {
      closed = true;
    };
  }, [session, item.id, isReady]);
  return (
    <div class="thumb">
      {url === undefined ? (
        <span class="small">{item.state === 'broken' ? 'cannot be read' : 'reading…'}</span>
      ) : (
        <img src={url} alt="" />
      )}
    </div>
  );
}
