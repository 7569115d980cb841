/* settle_case_said.h - what is said of people in cases: one line each, as settle_case.h reads them. */
#ifndef UTFALL_SETTLE_CASE_SAID_H
#define UTFALL_SETTLE_CASE_SAID_H

#define ENROLLED(label, p, recorded, on, attributes, more) \
	recorded " prov participant.enrolled " label " {'participant':'" p "','on':'" on "'," \
	"'attributes':{" attributes "}" more "}\n"
#define STARTED(label, p, recorded, from, extent) \
	recorded " prov spell.started " label " {'participant':'" p "','from':'" from "'," \
	"'kind':'employment','extent':'" extent "'}\n"
#define VERDICT(day, label, verdict, events) \
	day " ver claim.attested " label " {'events':[" events "],'method':'letter','verdict':'" verdict \
	"'}\n"

/* Recorded on the day that they are about; who enrols is at home in a, works half of the time. */
#define ENROL_AS(label, p, day) ENROLLED(label, p, day, day, "'home':'a'", "")
#define ENROL_AT(p, day, site) ENROLLED("e_" p, p, day, day, "'home':'a'", ",'site':'" site "'")
#define ENROL_IN(p, day, home) ENROLLED("e_" p, p, day, day, "'home':'" home "'", "")
#define ENROL(p, day) ENROL_IN(p, day, "a")
#define JOB_OF(label, p, from, extent) STARTED(label, p, from, from, extent)
#define JOB(label, p, from) JOB_OF(label, p, from, "50")
#define STILL(label, job, p, on) \
	on " prov spell.confirmed " label " {'participant':'" p "','on':'" on "','spell':'@" job "'}\n"
#define OK_ON(day, label, events) VERDICT(day, label, "accepted", events)
#define OK(label, events) OK_ON("2018-03-20", label, events)
#define NO(label, events) VERDICT("2018-03-21", label, "rejected", events)
/* j9 of p9, told and accepted (v9) on `day`. */
#define COMES(n, from, day) \
	STARTED("j" n, "p" n, day, from, "50") OK_ON(day, "v" n, "'@j" n "'")
/* The next version: the base terms with these patches, for what is enrolled or achieved from then on,
 * or for all. */
#define AMEND(on, to, settled, patches) \
	"amend " on " ['/applies',{'to':'" to "','from':'" on "','settled':'" settled "'}," patches "]\n"

#endif
