/** How a stored message points at a stored file: by a name that opens nothing; links are made anew for each reader. */
const PREFIX = 'urn:zhike:file:';

export function fileReference(fileId: string): string {
  return PREFIX + fileId;
}

/** The file's id, or null for any other address. */
export function fileIdOf(contentUrl: string | undefined): string | null {
  return contentUrl?.startsWith(PREFIX) ? contentUrl.slice(PREFIX.length) : null;
}
