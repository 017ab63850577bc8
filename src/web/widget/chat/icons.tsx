/** The few drawings of the chat; each is hidden from screen readers, its button carries the words. */

const PATHS = {
  bot: 'M12 3a1 1 0 0 1 1 1v1.1h3A4 4 0 0 1 20 9v5a4 4 0 0 1-4 4h-1.6l-3.9 2.8A1 1 0 0 1 9 20v-2H8a4 4 0 0 1-4-4V9a4 4 0 0 1 4-3.9h3V4a1 1 0 0 1 1-1ZM9 10.2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6Zm6 0a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6Z',
  close: 'M6.7 5.3 12 10.6l5.3-5.3 1.4 1.4-5.3 5.3 5.3 5.3-1.4 1.4-5.3-5.3-5.3 5.3-1.4-1.4 5.3-5.3-5.3-5.3Z',
  send: 'M3.4 20.4 21 12 3.4 3.6l-.02 6.5L15 12 3.38 13.9Z',
  attach:
    'M16.5 6v10.5a4.5 4.5 0 0 1-9 0V5.5a3 3 0 0 1 6 0v9.5a1.5 1.5 0 0 1-3 0V6.5H9v8.5a3 3 0 0 0 6 0V5.5a4.5 4.5 0 0 0-9 0v11a6 6 0 0 0 12 0V6Z',
  down: 'm12 16.2-6.7-6.7 1.4-1.4 5.3 5.3 5.3-5.3 1.4 1.4Z',
  file: 'M6 2h8l5 5v13a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2Zm7 1.5V8h4.5Z',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8Zm0 10c4.4 0 8 2.2 8 5v1H4v-1c0-2.8 3.6-5 8-5Z',
};

export function Icon({ name, size = 22 }: { name: keyof typeof PATHS; size?: number }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      <path fill="currentColor" d={PATHS[name]} />
    </svg>
  );
}
