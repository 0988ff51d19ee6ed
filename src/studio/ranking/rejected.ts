/** How much more the doubt of a slice counts whose proposal a person has refused: it is wrong there. */
export const REJECTED = 1.5;
