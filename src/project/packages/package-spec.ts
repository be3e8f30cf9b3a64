import type { SourceLocation } from '../../core/diagnostic.js';
import type { VersionBound } from '../dbt/version-range.js';

/** A package as a project asks for it. */
export type PackageSpec = (
  | {
      readonly kind: 'local';
      /** Relative to the folder of the file that names it. */ readonly path: string;
    }
  | {
      readonly kind: 'git';
      readonly url: string;
      /** A branch, tag or commit; `null` for the branch that the server gives. */
      readonly revision: string | null;
      readonly subdirectory: string | null;
    }
  | {
      readonly kind: 'hub';
      /** `owner/name`. */
      readonly name: string;
      readonly range: readonly VersionBound[];
      /** As written. */
      readonly rangeText: string;
      readonly prerelease: boolean;
    }
) & { readonly location: SourceLocation };

/** A package as the lock file pins it. */
export type LockedPackage =
  | { readonly kind: 'local'; readonly name: string; readonly path: string }
  | {
      readonly kind: 'git';
      readonly name: string;
      readonly url: string;
      /** The commit. */
      readonly revision: string;
      readonly subdirectory: string | null;
    }
  | {
      readonly kind: 'hub';
      readonly name: string;
      /** `owner/name`. */
      readonly package: string;
      readonly version: string;
    };

/** Returns how messages name a package. */
export function describeSpec(spec: PackageSpec): string {
  switch (spec.kind) {
    case 'local':
      return `local: ${spec.path}`;
    case 'git':
      return `git: ${withoutSecrets(spec.url)}`;
    case 'hub':
      return `${spec.name} ${spec.rangeText}`;
  }
}

/** Returns an address without the user and the token in it. */
export function withoutSecrets(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/iu, '$1');
}
