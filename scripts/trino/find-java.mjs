// Finds a Java that Trino runs on.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { neededJava, version } from './release.mjs';

const windows = process.platform === 'win32';
const binary = windows ? 'java.exe' : 'java';

/** Folders whose folders are installations of Java, on the usual systems. */
const collections = [
  '/usr/lib/jvm',
  '/usr/java',
  '/opt/java',
  '/Library/Java/JavaVirtualMachines',
  join(homedir(), '.sdkman', 'candidates', 'java'),
  join(homedir(), '.jdks'),
  join(homedir(), '.asdf', 'installs', 'java'),
  'C:\\Program Files\\Java',
  'C:\\Program Files\\Eclipse Adoptium',
];

function candidates() {
  const { JAVA_HOME, PATH = '' } = process.env;
  const homes = collections.flatMap((folder) => {
    try {
      return readdirSync(folder).map((name) => join(folder, name));
    } catch {
      return [];
    }
  });
  return [
    ...(JAVA_HOME ? [join(JAVA_HOME, 'bin', binary)] : []),
    ...PATH.split(delimiter).map((folder) => join(folder, binary)),
    ...homes.flatMap((home) => [
      join(home, 'bin', binary),
      join(home, 'Contents', 'Home', 'bin', binary),
    ]),
  ];
}

/** Returns the feature number of a Java (17, 25…), or 0 if it does not say. */
function featureOf(java) {
  const release = join(dirname(dirname(java)), 'release');
  const written = existsSync(release)
    ? /^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, 'utf8'))
    : null;
  if (written) return Number(written[1]);
  const { stderr = '' } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}

/** Returns the path of a `java` that is new enough. Throws an error that says what was found. */
export function findJava() {
  const found = new Map();
  for (const java of candidates()) {
    if (!java || !existsSync(java)) continue;
    const feature = featureOf(java);
    if (feature >= neededJava) return java;
    found.set(java, feature);
  }
  const list = [...found].map(([java, feature]) => `${java} (Java ${feature})`).join(', ');
  throw new Error(
    `Trino ${version} needs Java ${neededJava} or newer; found ${list || 'no Java'}. Install a JDK and set JAVA_HOME to it.`,
  );
}
