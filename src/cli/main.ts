import { program } from './program.ts';
import { fail } from './terminal.ts';

try {
  await program().parseAsync();
} catch (error) {
  fail(error);
}
