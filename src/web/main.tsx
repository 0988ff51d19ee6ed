import './setup.ts';
import './style/index.css';
import { render } from 'preact';
import { httpStudio } from '../studio/api/index.ts';
import { App } from './app.tsx';
import { Failure } from './pages/failure.tsx';
import { followToken, takeToken } from './remote/token.ts';
import { messageOf } from './state/notices.ts';
import { followAddress } from './state/route.ts';
import { Session } from './state/session.ts';
import { pressKey } from './state/shortcuts.ts';

const root = document.getElementById('app') as HTMLElement;
const token = takeToken();
followAddress();
followToken();
addEventListener('keydown', pressKey);

if (token !== undefined) {
  const session = new Session(httpStudio('', token));
  session.open().then(
    () => render(<App session={session} />, root),
    (error) => render(<Failure message={messageOf(error)} />, root),
  );
} else {
  import('./local/start.tsx').then(({ startLocally }) => startLocally(root));
}
