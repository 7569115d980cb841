/* settle_case_said.h - what is said of people in cases: one line each, as settle_case.h reads them. */
#ifndef UTFALL_SETTLE_CASE_SAID_H
#define UTFALL_SETTLE_CASE_SAID_H

#define ENROL_AT(p, day, site) \
	day " prov participant.enrolled e_" p " {'participant':'" p "','on':'" day "'," \
	"'attributes':{'home':'a'}" site "}\n"
#define ENROL(p, day) ENROL_AT(p, day, "")
#define JOB(label, p, from) \
	from " prov spell.started " label " {'participant':'" p "','from':'" from "'," \
	"'kind':'employment','extent':'50'}\n"
#define OK(label, events) \
	"2018-03-20 ver claim.attested " label " {'events':[" events "],'method':'letter'," \
	"'verdict':'accepted'}\n"
#define STILL(label, job, p, on) \
	on " prov spell.confirmed " label " {'participant':'" p "','on':'" on "','spell':'@" job "'}\n"

#endif
