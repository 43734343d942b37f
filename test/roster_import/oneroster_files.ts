import { zip } from '../../src/sheets/zip.ts'

/** Files in the OneRoster CSV format of 1EdTech, with the headers of the specification: a school of three students, in both versions. */
type Files = Readonly<Record<string, string>>

const manifest = (version: string, form = 'bulk') => `propertyName,value
manifest.version,1.0
oneroster.version,${version}
file.academicSessions,absent
file.categories,absent
file.classes,${form}
file.classResources,absent
file.courses,absent
file.courseResources,absent
file.demographics,absent
file.enrollments,${form}
file.lineItems,absent
file.orgs,${form}
file.resources,absent
file.results,absent
file.users,${form}
source.systemName,Example SIS
source.systemCode,example
`

const orgs = `sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId
org-1,,,Lincoln School,school,,
`

const classes = `sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods
class-1,,,Homeroom 3-A,03,course-1,3A,homeroom,,org-1,term-1,,,
class-2,,,Choir,03,course-1,C,scheduled,,org-1,term-1,,,
`

const enrolled = (
  more = '',
) => `sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate
e-1,,,class-1,org-1,pupil-1,student,,,
e-2,,,class-2,org-1,pupil-1,student,,,
e-3,,,class-1,org-1,pupil-2,student,,,
e-4,,,class-1,org-1,teacher-1,teacher,TRUE,,
e-5,,,class-1,org-1,pupil-3,student,,,
${more}`

/**
 * Version 1.1 has roles, phones and agents in users.csv. Relations are given from either side: pupil-1 names the mother, the father names
 * pupil-1, and the mother names pupil-1 and pupil-2.
 */
export const version11: Files = {
  'manifest.csv': manifest('1.1'),
  'orgs.csv': orgs,
  'classes.csv': classes,
  'enrollments.csv': enrolled(),
  'users.csv': `sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password
pupil-1,,,true,org-1,student,ann,,Ann,Lee,,,,,,mother-1,03,
pupil-2,,,true,org-1,student,san,,小三,张,,,,,,,03,
pupil-3,tobedeleted,,true,org-1,student,gone,,Gone,Away,,,,,,,03,
teacher-1,,,true,org-1,teacher,t,,Tom,Ray,,,,,,,,
mother-1,,,true,org-1,parent,m,,Mia,Lee,,,,(555) 123-4567,,"pupil-1,pupil-2",,
father-1,,,true,org-1,guardian,f,,Max,Lee,,,,,555 123 4567,"pupil-1",,
`,
}

/** Version 1.2 has roles in roles.csv, and preferred names. */
export const version12: Files = {
  'manifest.csv': manifest('1.2'),
  'orgs.csv': orgs,
  'classes.csv': classes,
  'enrollments.csv': enrolled(),
  'roles.csv': `sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId
r-1,,,pupil-1,primary,student,,,org-1,
r-2,,,pupil-2,primary,student,,,org-1,
r-3,,,pupil-3,primary,student,,,org-1,
r-4,,,teacher-1,primary,teacher,,,org-1,
r-5,,,mother-1,primary,parent,,,org-1,
r-6,,,father-1,primary,guardian,,,org-1,
`,
  'users.csv': `sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns
pupil-1,,,true,ann,,Annabel,Lee,,,,,,mother-1,03,,,,Ann,,,org-1,
pupil-2,,,true,san,,小三,张,,,,,,,03,,,,,,,org-1,
pupil-3,,,false,gone,,Gone,Away,,,,,,,03,,,,,,,org-1,
teacher-1,,,true,t,,Tom,Ray,,,,,,,,,,,,,,org-1,
mother-1,,,true,m,,Mia,Lee,,,,(555) 123-4567,,"pupil-1,pupil-2",,,,,,,,org-1,
father-1,,,true,f,,Max,Lee,,,,,555 123 4567,"pupil-1",,,,,,,,org-1,
`,
}

/** Two schools, and two classes with the same title. */
export const twoSchools: Files = {
  ...version11,
  'orgs.csv': `${orgs}org-2,,,Grant School,school,,\n`,
  'classes.csv': `${classes}class-3,,,Math,04,course-1,M1,scheduled,,org-2,term-1,,,\nclass-4,,,Math,04,course-1,M2,scheduled,,org-2,term-1,,,\n`,
  'enrollments.csv': enrolled('e-6,,,class-3,org-2,pupil-2,student,,,\ne-7,,,class-4,org-2,pupil-2,student,,,\n'),
}

/** A delta export, which contains only changes. */
export const changesOnly: Files = { ...version11, 'manifest.csv': manifest('1.1', 'delta') }

/** Packs the files into a ZIP, in a folder whose name ends with a slash, or in none. */
export const packed = async (files: Files, folder = '') => {
  const entries = Object.entries(files).map(([name, text]) => ({ name: folder + name, bytes: () => [Buffer.from(text)] }))
  return Buffer.concat(await Array.fromAsync(zip(entries)))
}
