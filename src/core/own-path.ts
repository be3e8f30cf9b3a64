/** Returns a path below the folder of an installed package as dbt has it: from that folder on. Others stay as they are. */
export function pathInPackage(
  path: string,
  packages: readonly { readonly folder: string }[] = [],
): string {
  const found = packages.find(({ folder }) => path.startsWith(`${folder}/`));
  return found === undefined ? path : path.slice(found.folder.length + 1);
}

/** Returns the path of a node's file from the folder of its project or package on, as dbt's `original_file_path`. */
export function ownPathOf({
  path,
  ownPath = path,
}: {
  readonly path: string;
  readonly ownPath?: string;
}): string {
  return ownPath;
}
