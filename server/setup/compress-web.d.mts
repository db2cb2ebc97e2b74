export function findUncompressed(root: string): string[];
export function compressWeb(root: string): Promise<void>;
