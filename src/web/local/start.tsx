export function startLocally(_root: HTMLElement): void {}
