/** When the page cannot go on at all. */
export function Failure({ message }: { readonly message: string }) {
  return (
    <main class="empty" style={{ marginTop: '15vh' }}>
      <h1>The studio cannot be opened</h1>
      <p role="alert">{message}</p>
    </main>
  );
}
