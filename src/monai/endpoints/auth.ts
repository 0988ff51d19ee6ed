import type { Endpoint } from '../endpoint.ts';
import { logIn } from '../http/callers.ts';

/** Whether programs have to log in. */
export const authEnabled: Endpoint = async ({ callers }) => ({ json: { enabled: !callers.isOpen } });

/** Gives a token for a name and the password, which is the token of the studio. */
export const authToken: Endpoint = async ({ callers }, asked) => {
  const form = await asked.form();
  const token = logIn(form.get('username') ?? '', form.get('password') ?? '', callers);
  return { json: { access_token: token, token_type: 'bearer' } };
};

/** Answers who comes this far: the token is right. */
export const authValid: Endpoint = async (_, { who }) => ({ json: { username: who ?? null } });
