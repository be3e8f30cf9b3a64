/**
 * Returns dbt's fully qualified name of a node: project, folders below the resource path, `names`. `path` is the file
 * that defines the node, `roots` the project's resource paths, of which the longest that holds the file counts.
 */
export function fullyQualifiedName(
  projectName: string,
  path: string,
  roots: readonly string[],
  ...names: readonly string[]
): readonly string[] {
  return [projectName, ...foldersBelow(path, roots), ...names];
}

/** Returns the folders between the resource path and the file. */
export function foldersBelow(path: string, roots: readonly string[]): readonly string[] {
  const folders = path.split('/').slice(0, -1);
  const depths = roots.map(toSegments).flatMap((root) => {
    return root.every((segment, index) => folders[index] === segment) ? [root.length] : [];
  });
  return folders.slice(Math.max(0, ...depths));
}

/** Returns a file's name without folders and ending. */
export function fileStem(path: string): string {
  const name = path.split('/').at(-1) ?? path;
  return name.replace(/\.[^.]+$/, '');
}

function toSegments(folder: string): readonly string[] {
  return folder.split('/').filter((segment) => segment !== '' && segment !== '.');
}
