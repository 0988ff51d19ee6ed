import { useEffect, useState } from 'preact/hooks';
import { edgeLetters, planeLayout } from '../../imaging/planes.ts';
import type { Measures, StudioCase } from '../../studio/api/index.ts';
import type { Session } from '../state/session.ts';
import { EdgeLetters } from './edge-letters.tsx';

/** Pictures that are kept, so that they are asked for once while a person looks around. */
const MOST = 800;

/** Milliseconds that a card has to be there before its picture is asked for: those that only fly by cost nothing. */
const PATIENCE = 80;

/** Pictures by session and case, the ones used last at the end. */
const pictures = new WeakMap<Session, Map<string, Promise<string>>>();

function picturesOf(session: Session): Map<string, Promise<string>> {
  const known = pictures.get(session) ?? new Map<string, Promise<string>>();
  pictures.set(session, known);
  return known;
}

function pictureOf(session: Session, id: string): Promise<string> {
  const known = picturesOf(session);
  const picture =
    known.get(id) ??
    session.studio
      .ask('thumbnail', { case: id })
      .then((png) => URL.createObjectURL(new Blob([png as Uint8Array<ArrayBuffer>], { type: 'image/png' })));
  known.delete(id);
  known.set(id, picture);
  picture.catch(() => known.delete(id));
  for (const [oldest, url] of known) {
    if (known.size <= MOST) break;
    known.delete(oldest);
    void url.then((made) => URL.revokeObjectURL(made)).catch(() => undefined);
  }
  return picture;
}

/** The sides of the middle slice, as the large view of it shows them. */
function SliceLetters({ measures }: { readonly measures: Measures }) {
  const { orientation } = measures;
  return <EdgeLetters letters={edgeLetters(planeLayout('slice', measures, orientation), orientation)} />;
}

export function Thumbnail({ session, item }: { readonly session: Session; readonly item: StudioCase }) {
  const [url, setUrl] = useState<string>();
  const [isLost, setLost] = useState(false);
  const isReady = item.state === 'ready';
  useEffect(() => {
    let closed = false;
    const load = () =>
      pictureOf(session, item.id)
        .then((found) => closed || setUrl(found))
        .catch(() => closed || setLost(true));
    const timer = isReady ? setTimeout(() => void load(), picturesOf(session).has(item.id) ? 0 : PATIENCE) : undefined;
    return () => {
      closed = true;
      clearTimeout(timer);
    };
  }, [session, item.id, isReady]);
  const text = item.state === 'broken' ? 'cannot be read' : isLost ? 'no picture' : 'reading…';
  return (
    <div class="thumb">
      {url === undefined ? <span class="small">{text}</span> : <img src={url} alt="" onError={() => setLost(true)} />}
      {url !== undefined && item.measures !== undefined && <SliceLetters measures={item.measures} />}
    </div>
  );
}
