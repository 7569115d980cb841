/* printed.c - the one table of what is printed for people: a row holds the same in English, Swedish
 * and Danish, with the same arguments. */
#include "printed.h"

#include <stdarg.h>

#include "arena.h"
#include "table.h"

static const struct row {
	const char *text[LANGUAGE_MAX];
} rows[PRINT_MAX] = {
#define ROW(id) [id]
	ROW(PRINT_NOTHING) = { { "", "", "" } },
	/* a statement */
	ROW(PRINT_STATEMENT) = { { "STATEMENT {0} of {1}", "AVRÄKNING {0} för {1}",
		"AFREGNING {0} for {1}" } },
	ROW(PRINT_DRY_RUN) = { { "STATEMENT {0} of {1}: dry run, not recorded",
		"AVRÄKNING {0} för {1}: provräkning, inte registrerad",
		"AFREGNING {0} for {1}: prøvekørsel, ikke registreret" } },
	ROW(PRINT_SIMULATED) = { {
		"Simulated clock: a demonstration or rehearsal, not a claim on anybody.",
		"Simulerad klocka: en demonstration eller övning, inget krav på någon.",
		"Simuleret ur: en demonstration eller øvelse, ikke et krav mod nogen." } },
	ROW(PRINT_CONTRACT) = { { "contract", "avtal", "kontrakt" } },
	ROW(PRINT_LEDGER) = { { "ledger", "huvudbok", "hovedbog" } },
	ROW(PRINT_THROUGH) = { { "through", "till och med", "til og med" } },
	ROW(PRINT_FOLLOWS) = { { "follows", "följer på", "følger efter" } },
	ROW(PRINT_FOLLOWS_IS) = { { "statement {0}, through {1}", "avräkning {0}, till och med {1}",
		"afregning {0}, til og med {1}" } },
	ROW(PRINT_CUT_OFF) = { { "cut-off", "underlag", "grundlag" } },
	ROW(PRINT_CUT_OFF_IS) = { { "what the first {0} entries say; tree root {1}",
		"vad de första {0} posterna säger; trädets rot {1}",
		"hvad de første {0} poster siger; træets rod {1}" } },
	ROW(PRINT_ISSUED) = { { "issued", "utfärdad", "udstedt" } },
	ROW(PRINT_ISSUED_AT) = { { "{0}, entry {1}, {2}", "{0}, post {1}, {2}", "{0}, post {1}, {2}" } },
	ROW(PRINT_HEAD_PAY) = { { "TO PAY", "ATT BETALA", "AT BETALE" } },
	ROW(PRINT_HEAD_WHAT) = { { "WHAT FOR", "FÖR VAD", "FOR HVAD" } },
	ROW(PRINT_HEAD_LINES) = { { "LINES", "RADER", "LINJER" } },
	ROW(PRINT_HEAD_LINES_OF) = { { "LINES of {0}", "RADER för {0}", "LINJER for {0}" } },
	ROW(PRINT_HEAD_LIMITS) = { { "LIMITS", "BEGRÄNSNINGAR", "BEGRÆNSNINGER" } },
	ROW(PRINT_PAYS) = { { "{0} pays {1}, {2}", "{0} betalar {1}, {2}",
		"{0} betaler {1}, {2}" } },
	ROW(PRINT_NONE) = { { "none", "inga", "ingen" } },
	ROW(PRINT_NO_LIMIT) = { { "none is reached", "ingen har nåtts", "ingen er nået" } },
	ROW(PRINT_ROOMS) = { { "Room as the next statement would find it, with all that is recorded now.",
		"Utrymmet så som nästa avräkning skulle finna det, med allt som nu är registrerat.",
		"Pladsen som den næste afregning ville finde den, med alt hvad der nu er registreret." } },
	ROW(PRINT_ROOMY) = { { "Personal limits with room left: {0}.",
		"Personliga begränsningar med utrymme kvar: {0}.",
		"Personlige begrænsninger med plads tilbage: {0}." } },
	ROW(PRINT_THE_CONTRACT) = { { "the contract", "avtalet", "kontrakten" } },
	ROW(PRINT_ERASED) = { { "(erased)", "(raderad)", "(slettet)" } },
	ROW(PRINT_NO_END) = { { "no end", "ingen gräns", "ingen grænse" } },
	ROW(PRINT_NEW_FACT) = { { "{0} ({1} new fact)", "{0} ({1} ny uppgift)",
		"{0} ({1} ny oplysning)" } },
	ROW(PRINT_NEW_FACTS) = { { "{0} ({1} new facts)", "{0} ({1} nya uppgifter)",
		"{0} ({1} nye oplysninger)" } },
	/* columns */
	ROW(PRINT_PAYER) = { { "payer", "betalare", "betaler" } },
	ROW(PRINT_PAYEE) = { { "payee", "mottagare", "modtager" } },
	ROW(PRINT_AMOUNT) = { { "amount", "belopp", "beløb" } },
	ROW(PRINT_TOTAL) = { { "total", "summa", "i alt" } },
	ROW(PRINT_BEYOND) = { { "beyond every amount", "större än något belopp",
		"større end noget beløb" } },
	ROW(PRINT_PAYMENT) = { { "payment", "betalning", "betaling" } },
	ROW(PRINT_LINES) = { { "lines", "rader", "linjer" } },
	ROW(PRINT_OF_WHICH_ZERO) = { { "of which 0", "varav 0", "heraf 0" } },
	ROW(PRINT_LINE) = { { "line", "rad", "linje" } },
	ROW(PRINT_FOR) = { { "for", "för", "for" } },
	ROW(PRINT_OUTCOME) = { { "outcome", "utfall", "resultat" } },
	ROW(PRINT_ACHIEVED) = { { "achieved", "uppnått", "nået" } },
	ROW(PRINT_WHY) = { { "why", "varför", "hvorfor" } },
	ROW(PRINT_LIMIT) = { { "limit", "begränsning", "begrænsning" } },
	ROW(PRINT_OF) = { { "of", "för", "for" } },
	ROW(PRINT_TAKEN) = { { "taken", "använt", "brugt" } },
	ROW(PRINT_ROOM) = { { "room left", "kvar", "tilbage" } },
	/* reasons */
	ROW(PRINT_R_REACHED) = { { "reached", "uppnått", "nået" } },
	ROW(PRINT_R_PERIOD) = { { "for the period", "för perioden", "for perioden" } },
	ROW(PRINT_R_FLOOR) = { { "topped up to the floor", "påfyllt upp till golvet",
		"fyldt op til bunden" } },
	ROW(PRINT_R_CHANGED) = { { "changed: the facts changed", "ändrat: uppgifterna har ändrats",
		"ændret: oplysningerne er ændret" } },
	ROW(PRINT_R_REVERSED) = { { "taken back: nothing is due for it now",
		"återtaget: inget ska betalas för det nu",
		"taget tilbage: intet skal betales for det nu" } },
	ROW(PRINT_R_MOVED) = { { "moved to or from another payer, payee or year",
		"flyttat till eller från en annan betalare, mottagare eller ett annat år",
		"flyttet til eller fra en anden betaler, modtager eller et andet år" } },
	ROW(PRINT_R_DECIDED) = { { "decided in a dispute", "avgjort i en tvist",
		"afgjort i en tvist" } },
	ROW(PRINT_R_GROUP) = { { "0: outside the group the contract is for",
		"0: utanför den grupp som avtalet gäller", "0: uden for den gruppe, kontrakten gælder" } },
	ROW(PRINT_R_PROOF) = { { "0: not verified", "0: inte verifierat", "0: ikke verificeret" } },
	ROW(PRINT_R_CLAIM) = { { "0: not claimed as the contract asks",
		"0: inte begärt så som avtalet kräver", "0: ikke krævet, som kontrakten forlanger" } },
	ROW(PRINT_R_UNTIL) = { { "0: too late", "0: för sent", "0: for sent" } },
	ROW(PRINT_R_WINDOW) = { { "0: not within the window", "0: inte inom tidsfönstret",
		"0: ikke inden for tidsvinduet" } },
	ROW(PRINT_R_GAP) = { { "0: a break was too long", "0: ett avbrott var för långt",
		"0: en pause var for lang" } },
	ROW(PRINT_R_AFTER) = { { "0: an outcome that must come first is missing",
		"0: ett utfall som ska komma före saknas", "0: et resultat, der skal komme før, mangler" } },
	ROW(PRINT_R_UNLESS) = { { "0: another outcome bars it", "0: ett annat utfall utesluter det",
		"0: et andet resultat udelukker det" } },
	ROW(PRINT_R_TIMES) = { { "0: paid as often as the contract allows",
		"0: betalt så många gånger som avtalet tillåter",
		"0: betalt så mange gange, som kontrakten tillader" } },
	ROW(PRINT_R_LIMIT) = { { "0: the limit leaves no room", "0: begränsningen lämnar inget utrymme",
		"0: begrænsningen giver ingen plads" } },
	ROW(PRINT_R_PENDING) = { { "0: not known yet", "0: inte känt än", "0: ikke kendt endnu" } },
	ROW(PRINT_R_PRICE) = { { "0: its price is 0", "0: priset är 0", "0: prisen er 0" } },
	/* evidence */
	ROW(PRINT_HEAD_DIGESTS) = { { "Events in full", "Händelserna i sin helhet",
		"Hændelserne i deres helhed" } },
	ROW(PRINT_ENTRY) = { { "entry", "post", "post" } },
	ROW(PRINT_RECORDED) = { { "recorded", "registrerad", "registreret" } },
	ROW(PRINT_BY) = { { "by", "av", "af" } },
	ROW(PRINT_TYPE) = { { "type", "slag", "slags" } },
	ROW(PRINT_PART) = { { "part", "roll", "rolle" } },
	ROW(PRINT_DIGEST) = { { "digest", "kontrollsumma", "kontrolsum" } },
	ROW(PRINT_RESTS_ON) = { { "rests on", "grund", "grundlag" } },
	ROW(PRINT_IS_CHANGED) = { { "changed", "ändrad", "ændret" } },
	ROW(PRINT_IS_ERASED) = { { "erased", "raderad", "slettet" } },
	ROW(PRINT_NO_EVENTS) = { { "no events", "inga händelser", "ingen hændelser" } },
	/* a forecast */
	ROW(PRINT_FORECAST) = { { "FORECAST of {0} through {1}; statements to come: {2}",
		"PROGNOS för {0} till och med {1}; kommande avräkningar: {2}",
		"PROGNOSE for {0} til og med {1}; kommende afregninger: {2}" } },
	ROW(PRINT_KNOWN) = { {
		"Known until {0}. Jobs still reported: {1}; people whose earnings are still reported: {2}.",
		"Känt till och med {0}. Arbeten som ännu rapporteras: {1}; personer vars inkomster ännu "
		"rapporteras: {2}.",
		"Kendt til og med {0}. Job, der endnu rapporteres: {1}; personer, hvis indtægter endnu "
		"rapporteres: {2}." } },
	ROW(PRINT_HEAD_TOTALS) = { { "TOTALS", "SUMMOR", "SUMMER" } },
	ROW(PRINT_HEAD_ROWS) = { { "BY PAYMENT AND STATEMENT", "PER BETALNING OCH AVRÄKNING",
		"PR. BETALING OG AFREGNING" } },
	ROW(PRINT_HEAD_ROOM) = { { "ROOM UNDER LIMITS", "UTRYMME UNDER BEGRÄNSNINGARNA",
		"PLADS UNDER BEGRÆNSNINGERNE" } },
	ROW(PRINT_HEAD_GRANTED) = { { "TAKEN FOR GRANTED", "ANTAGANDEN", "FORUDSÆTNINGER" } },
	ROW(PRINT_NOTHING_COMES) = { { "nothing is settled and nothing would come",
		"inget är avräknat och inget skulle komma", "intet er afregnet, og intet ville komme" } },
	ROW(PRINT_NO_LIMIT_REACHED) = { { "no limit would be reached", "ingen begränsning skulle nås",
		"ingen begrænsning ville blive nået" } },
	ROW(PRINT_ROOMY_THEN) = { { "Other personal limits, with room left: {0}.",
		"Andra personliga begränsningar, med utrymme kvar: {0}.",
		"Andre personlige begrænsninger, med plads tilbage: {0}." } },
	ROW(PRINT_UNKNOWN_AMOUNTS) = { {
		"Amounts that are not known yet if jobs are kept, counted as 0: {0}.",
		"Belopp som inte är kända än om arbetena behålls, räknade som 0: {0}.",
		"Beløb, der endnu ikke er kendt, hvis jobbene beholdes, regnet som 0: {0}." } },
	ROW(PRINT_STATEMENT_COLUMN) = { { "statement", "avräkning", "afregning" } },
	ROW(PRINT_THROUGH_COLUMN) = { { "through", "till och med", "til og med" } },
	ROW(PRINT_SETTLED) = { { "settled", "avräknat", "afregnet" } },
	ROW(PRINT_IF_KEPT) = { { "if jobs are kept", "om arbeten behålls", "hvis job beholdes" } },
	ROW(PRINT_IF_LOST) = { { "if jobs are lost", "om arbeten förloras", "hvis job mistes" } },
	ROW(PRINT_COMES_KEPT) = { { "to come if jobs are kept", "kommer om arbeten behålls",
		"kommer, hvis job beholdes" } },
	ROW(PRINT_LOST) = { { "if lost", "om de förloras", "hvis de mistes" } },
	ROW(PRINT_ALL_KEPT) = { { "all in all if kept", "allt som allt om de behålls",
		"alt i alt, hvis de beholdes" } },
	ROW(PRINT_ALL_LOST) = { { "all in all if lost", "allt som allt om de förloras",
		"alt i alt, hvis de mistes" } },
	ROW(PRINT_ROOM_NOW) = { { "room left now", "kvar nu", "tilbage nu" } },
	ROW(PRINT_A_REPORTED) = { {
		"A job counts as still reported if it has no end and was begun or reported after the last "
		"day of the statement before the latest.",
		"Ett arbete räknas som ännu rapporterat om det saknar slut och har börjat eller rapporterats "
		"efter den näst senaste avräkningens sista dag.",
		"Et job regnes som endnu rapporteret, hvis det ikke er sluttet og er begyndt eller rapporteret "
		"efter den næstseneste afregnings sidste dag." } },
	ROW(PRINT_A_KEPT) = { {
		"If jobs are kept: each is confirmed at the end of every period, with the evidence asked for; "
		"monthly earnings repeat.",
		"Om arbeten behålls: vart och ett bekräftas i slutet av varje period, med det underlag som "
		"krävs; månadsinkomster upprepas.",
		"Hvis job beholdes: hvert bekræftes ved slutningen af hver periode, med den dokumentation, der "
		"kræves; månedsindtægter gentages." } },
	ROW(PRINT_A_CLAIMED) = { {
		"If jobs are kept: what must be claimed is claimed on the first day possible, and what waits "
		"for a verdict is accepted.",
		"Om arbeten behålls: det som ska begäras begärs första möjliga dag, och det som väntar på "
		"granskning godtas.",
		"Hvis job beholdes: det, der skal kræves, kræves den første mulige dag, og det, der venter på "
		"en afgørelse, godkendes." } },
	ROW(PRINT_A_LOST) = { {
		"If jobs are lost: each ends with its last report or, where the terms let it run on, with the "
		"last day known; nothing more is accepted.",
		"Om arbeten förloras: vart och ett slutar med sin senaste rapport eller, där villkoren låter "
		"det löpa, med den sista kända dagen; inget mer godtas.",
		"Hvis job mistes: hvert slutter med sin seneste rapport eller, hvor vilkårene lader det løbe, "
		"med den sidste kendte dag; intet mere godkendes." } },
	ROW(PRINT_A_BOTH) = { {
		"In both cases: sources report their periods complete; nobody new is enrolled; no other status, "
		"activity or measurement comes.",
		"I båda fallen: uppgiftskällor rapporterar sina perioder som fullständiga; ingen ny skrivs in; "
		"ingen annan status, insats eller mätning kommer.",
		"I begge tilfælde: datakilder melder deres perioder fuldstændige; ingen ny indskrives; ingen "
		"anden status, indsats eller måling kommer." } },
	ROW(PRINT_A_SETTLED) = { {
		"In both cases: what is settled changes only by what is recorded; amounts that nobody can know "
		"yet count as 0.",
		"I båda fallen: det som är avräknat ändras bara av det som är registrerat; belopp som ingen kan "
		"känna till än räknas som 0.",
		"I begge tilfælde: det, der er afregnet, ændres kun af det, der er registreret; beløb, som ingen "
		"kan kende endnu, regnes som 0." } },
	/* balances, a back-test, a sample */
	ROW(PRINT_HELD) = { { "held", "hålls inne", "tilbageholdt" } },
	ROW(PRINT_PAID) = { { "paid", "betalt", "betalt" } },
	ROW(PRINT_RECEIVED) = { { "received", "mottaget", "modtaget" } },
	ROW(PRINT_STILL_TO_PAY) = { { "still to pay", "kvar att betala", "mangler at betales" } },
	ROW(PRINT_NOTHING_SETTLED) = { { "nothing was settled or paid",
		"inget har avräknats eller betalats", "intet er afregnet eller betalt" } },
	ROW(PRINT_PERIOD) = { { "period", "period", "periode" } },
	ROW(PRINT_OTHER_TERMS) = { { "other terms", "andra villkor", "andre vilkår" } },
	ROW(PRINT_DIFFERENCE) = { { "difference", "skillnad", "forskel" } },
	ROW(PRINT_NO_DIFFERENCE) = { { "no line would differ", "ingen rad skulle bli en annan",
		"ingen linje ville blive en anden" } },
	ROW(PRINT_HEAD_TOTALS_OVER) = { { "TOTALS; statements: {0}", "SUMMOR; avräkningar: {0}",
		"SUMMER; afregninger: {0}" } },
	ROW(PRINT_PROOF) = { { "proof", "bevisregel", "bevisregel" } },
	ROW(PRINT_FOUND) = { { "found", "bedömning", "vurdering" } },
	ROW(PRINT_UNCHECKED) = { { "not checked", "inte granskad", "ikke kontrolleret" } },
	ROW(PRINT_ACCEPTED) = { { "accepted", "godkänd", "godkendt" } },
	ROW(PRINT_REJECTED) = { { "rejected", "underkänd", "forkastet" } },
	ROW(PRINT_NOTHING_DRAWN) = { { "nothing is drawn", "inget har dragits", "intet er udtrukket" } },
	ROW(PRINT_DRAWN) = { { "{0} of {1} drawn by the root {2}", "{0} av {1} dragna med roten {2}",
		"{0} af {1} udtrukket med roden {2}" } },
	ROW(PRINT_CHECKED) = { { "checked: {0}, rejected: {1}", "granskade: {0}, underkända: {1}",
		"kontrolleret: {0}, forkastet: {1}" } },
	ROW(PRINT_ERROR_RATE) = { { "checked: {0}, rejected: {1}, error rate {2}",
		"granskade: {0}, underkända: {1}, andel fel {2}",
		"kontrolleret: {0}, forkastet: {1}, fejlandel {2}" } },
	ROW(PRINT_NAME_POPULATION) = { { "verdicts on the rest name statement {0} as their population",
		"omdömen om resten anger avräkning {0} som population",
		"afgørelser om resten angiver afregning {0} som population" } },
	/* listings */
	ROW(PRINT_STATEMENTS) = { { "statements", "avräkningar", "afregninger" } },
	ROW(PRINT_APPROVALS) = { { "approvals", "godkännanden", "godkendelser" } },
	ROW(PRINT_NO_STATEMENTS) = { { "no statements", "inga avräkningar", "ingen afregninger" } },
	ROW(PRINT_DISPUTE) = { { "dispute", "tvist", "tvist" } },
	ROW(PRINT_OPENED_BY) = { { "opened by", "väckt av", "rejst af" } },
	ROW(PRINT_RESOLVED_BY) = { { "resolved by entry", "avgjord i post", "afgjort i post" } },
	ROW(PRINT_NO_DISPUTES) = { { "no disputes", "inga tvister", "ingen tvister" } },
	ROW(PRINT_PARTY) = { { "party", "part", "part" } },
	ROW(PRINT_PARTICIPANT) = { { "participant", "deltagare", "deltager" } },
	ROW(PRINT_SAYS) = { { "says", "uppgifter", "oplysninger" } },
	ROW(PRINT_NAME) = { { "title", "namn", "navn" } },
	ROW(PRINT_KEYS) = { { "keys", "nycklar", "nøgler" } },
	ROW(PRINT_NO_PARTIES) = { { "no parties", "inga parter", "ingen parter" } },
	ROW(PRINT_USE) = { { "use", "används till", "bruges til" } },
	ROW(PRINT_REVOKED) = { { "revoked", "återkallad", "tilbagekaldt" } },
	ROW(PRINT_CONFIRMED_FOR) = { { "confirmed for", "bekräftad för", "bekræftet for" } },
	ROW(PRINT_NO_CONTRACT) = { { "no contract", "inget avtal", "ingen kontrakt" } },
	ROW(PRINT_VERIFIER_KEY) = { { "verifier key", "kontrollnyckel", "kontrolnøgle" } },
	ROW(PRINT_NO_KEYS) = { { "no keys", "inga nycklar", "ingen nøgler" } },
	ROW(PRINT_VERSION) = { { "version", "version", "version" } },
	ROW(PRINT_STATUS) = { { "status", "status", "status" } },
	ROW(PRINT_NO_CONTRACTS) = { { "no contracts", "inga avtal", "ingen kontrakter" } },
	ROW(PRINT_S_ENDED) = { { "ended {0}", "upphört {0}", "ophørt {0}" } },
	ROW(PRINT_S_SIGNED) = { { "{0} of {1} signed", "{0} av {1} har skrivit under",
		"{0} af {1} har skrevet under" } },
	ROW(PRINT_S_IN_FORCE) = { { "in force", "gäller", "gælder" } },
	ROW(PRINT_S_NEXT) = { { "in force; version {0}: {1} of {2} signed",
		"gäller; version {0}: {1} av {2} har skrivit under",
		"gælder; version {0}: {1} af {2} har skrevet under" } },
	ROW(PRINT_CONTRACT_IS) = { { "contract {0}, version {1}: {2}", "avtal {0}, version {1}: {2}",
		"kontrakt {0}, version {1}: {2}" } },
	ROW(PRINT_ROLES) = { { "roles", "roller", "roller" } },
	ROW(PRINT_SIGNATURE) = { { "signature", "underskrift", "underskrift" } },
	ROW(PRINT_SIGNED) = { { "signed", "har skrivit under", "har skrevet under" } },
	ROW(PRINT_NOT_YET) = { { "not yet", "inte än", "ikke endnu" } },
#undef ROW
};

const char *
printed(enum language l, enum printed_id id)
{
	return rows[id].text[l];
}

const char *
printed_fill(struct arena *arena, enum language l, enum printed_id id, ...)
{
	const char *ret;
	va_list arguments;

	va_start(arguments, id);
	ret = language_fill(arena, printed(l, id), arguments);
	va_end(arguments);
	return ret;
}

struct table *
printed_table(struct arena *arena, enum language l, const struct printed_column *columns,
	      size_t count)
{
	struct table_column *named = arena_array(arena, count, sizeof(*named));
	struct table *t;

	for (size_t i = 0; i < count; i++)
		named[i] = (struct table_column){ .name = columns[i].name, .right = columns[i].right,
			.title = columns[i].title == PRINT_NOTHING ? NULL :
				 printed(l, columns[i].title) };
	t = table_new(arena, named, count);
	table_language(t, l);
	return t;
}
