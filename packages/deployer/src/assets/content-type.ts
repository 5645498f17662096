import mime from 'mime';

/** Content type a file is served with, by its name; null when unknown, so that it is served without one. */
export function assetContentType(file: string): string | null {
  const type = mime.getType(file);
  if (type === null) return null;
  return type.startsWith('text/') && !type.includes('charset') ? `${type}; charset=utf-8` : type;
}
