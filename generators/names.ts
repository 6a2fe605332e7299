import type { Random } from './random.ts';

const ONSETS = [
  ...['Ab', 'Bel', 'Cor', 'Dun', 'Ef', 'Fen', 'Gol', 'Hu', 'Ist', 'Jor', 'Kel', 'Lom'],
  ...['Mur', 'Nal', 'Ost', 'Pel', 'Qui', 'Rud', 'Sar', 'Tem', 'Ulm', 'Vor', 'Wex', 'Yar', 'Zin'],
];
const ENDINGS = [
  ...['avo', 'bexi', 'condry', 'drelo', 'evik', 'fyno', 'gorra', 'hulo', 'imbra', 'junti', 'kivo', 'lundo'],
  ...['mavi', 'nexi', 'orvo', 'pinto', 'quero', 'rabi', 'sondo', 'tavi'],
];
const SUBJECTS = [
  ...['Math', 'Reading', 'Science', 'Spelling', 'History', 'Music', 'Coding', 'Maps', 'Grammar', 'Chemistry'],
  ...['Writing', 'Art', 'Geometry', 'Biology', 'Phonics', 'Civics', 'Languages', 'Fractions', 'Research', 'Video'],
];
const THINGS = ['Studio', 'Classroom', 'Library', 'Quiz', 'Planner', 'Atlas', 'Notebook', 'Workshop', 'Games', 'Tutor'];
const ACCENTED = ['Canción', 'Écriture', 'Año Nuevo', 'Größen', 'Français', 'Niñez', 'Lectura Rápida'];
const COMPANIES = ['Inc.', 'LLC', 'Learning', 'Education, Inc.', 'Labs', 'Publishing Group', 'Press', 'Foundation'];

/** `count` different invented company stems; there are 500. */
export function drawStems(random: Random, count: number): readonly string[] {
  const all = ONSETS.flatMap((onset) => ENDINGS.map((ending) => onset + ending));
  return random.shuffled(all).slice(0, count);
}

/** `Belavo Education, Inc.`; now and then with the stray space that real exports have. */
export function drawProvider(random: Random, stem: string): string {
  const name = `${stem} ${random.pick(COMPANIES)}`;
  return random.unit() < 0.04 ? `${name} ` : name;
}

/** A product's name; equal ones can come twice. Some have commas, quotes or letters outside ASCII. */
export function drawProductName(random: Random, stem: string): string {
  const subject = random.pick(SUBJECTS);
  const thing = random.pick(THINGS);
  const forms: readonly string[] = [
    ...[stem, stem, `${stem} ${subject}`, `${stem} ${subject}`, `${stem}${subject}`, `${stem}${subject}`],
    ...[`${stem} ${thing}`, `${stem} ${thing}`, `${stem} ${subject} ${thing}`, `${stem} ${thing} for Schools`],
    ...[`${stem} ${subject}!`, `${stem} Jr.`, `${stem}: ${subject} & ${thing}`, `${subject} by ${stem}`],
    ...[`${stem} ${subject}, Grades K-${random.integer(2, 8)}`, `${stem} "${subject}" ${thing}`],
    `¡${random.pick(ACCENTED)}! ${stem}`,
  ];
  return random.pick(forms);
}
