import { z } from 'zod';

// The page's content security policy allows no code made of text, which zod would use to check faster.
z.config({ jitless: true });
