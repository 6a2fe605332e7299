import type { ByPeriod } from './calendar.ts';

/** Products of each primary essential function in the published file (LearnPlatform's taxonomy). */
export const ESSENTIAL_FUNCTIONS: Readonly<Record<string, number>> = {
  'LC - Digital Learning Platforms': 74,
  'LC - Sites, Resources & Reference': 47,
  'LC - Content Creation & Curation': 36,
  'LC - Study Tools': 25,
  'LC - Courseware & Textbooks': 18,
  'LC - Sites, Resources & Reference - Games & Simulations': 18,
  'LC/CM/SDO - Other': 16,
  'LC - Sites, Resources & Reference - Digital Collection & Repository': 15,
  'CM - Classroom Engagement & Instruction - Classroom Management': 11,
  'LC - Sites, Resources & Reference - Streaming Services': 9,
  'CM - Virtual Classroom - Video Conferencing & Screen Sharing': 7,
  'LC - Study Tools - Q&A': 6,
  'SDO - Data, Analytics & Reporting - Site Hosting & Data Warehousing': 6,
  'CM - Classroom Engagement & Instruction - Communication & Messaging': 5,
  'LC - Online Course Providers & Technical Skills Development': 5,
  'SDO - Learning Management Systems (LMS)': 5,
  'CM - Classroom Engagement & Instruction - Assessment & Classroom Response': 4,
  'LC - Sites, Resources & Reference - Encyclopedia': 4,
  'LC - Sites, Resources & Reference - Thesaurus & Dictionary': 4,
  'LC - Sites, Resources & References - Learning Materials & Supplies': 4,
  'SDO - Human Resources': 4,
  'CM - Teacher Resources - Lesson Planning': 3,
  'CM - Teacher Resources - Professional Learning': 3,
  'LC - Career Planning & Job Search': 3,
  'LC - Study Tools - Test Prep & Study Skills': 3,
  'SDO - Data, Analytics & Reporting': 3,
  'SDO - Data, Analytics & Reporting - Student Information Systems (SIS)': 2,
  'SDO - Large-Scale & Standardized Testing': 2,
  'SDO - Other': 2,
  'SDO - School Management Software - Mobile Device Management': 2,
  'SDO - School Management Software - SSO': 2,
  'CM - Teacher Resources - Grading & Attendance': 1,
  'LC - Study Tools - Tutoring': 1,
  'SDO - Admissions, Enrollment & Rostering': 1,
  'SDO - Environmental, Health & Safety (EHS) Compliance': 1,
};

/** Functions of the most used products, most used first. */
export const HEADLINE_FUNCTIONS: readonly string[] = [
  'LC - Content Creation & Curation',
  'SDO - Learning Management Systems (LMS)',
  'LC - Sites, Resources & Reference - Streaming Services',
  'LC - Digital Learning Platforms',
  'CM - Virtual Classroom - Video Conferencing & Screen Sharing',
  'LC/CM/SDO - Other',
  'CM - Classroom Engagement & Instruction - Classroom Management',
  'LC - Sites, Resources & Reference',
];

/** Products of each sector text in the published file. */
export const SECTORS: Readonly<Record<string, number>> = {
  'PreK-12': 170,
  'PreK-12; Higher Ed; Corporate': 115,
  'PreK-12; Higher Ed': 65,
  'Higher Ed; Corporate': 1,
  Corporate: 1,
};

type Season = ByPeriod<number>;

/** How a function's use departs from that of all products; the first that the function's text contains holds. */
const SEASONS: readonly (readonly [contains: string, season: Season])[] = [
  ['Virtual Classroom', { winter: 0.08, closure: 1.8, summer: 0.6, autumn: 2 }],
  ['Learning Management', { winter: 0.75, closure: 1.25, summer: 0.6, autumn: 1.25 }],
  ['Streaming', { winter: 1, closure: 1.1, summer: 2.5, autumn: 0.9 }],
  ['Games', { winter: 1.1, closure: 1.2, summer: 2, autumn: 0.8 }],
  ['Standardized Testing', { winter: 1.3, closure: 0.3, summer: 0.3, autumn: 1 }],
];

const EVEN_SEASON: Season = { winter: 1, closure: 1, summer: 1, autumn: 1 };

export function seasonOf(primaryFunction: string): Season {
  return SEASONS.find(([contains]) => primaryFunction.includes(contains))?.[1] ?? EVEN_SEASON;
}
