// text.js - every word that the page says, in every language it speaks. Names from the terms that
// are not here (payment_, outcome_, limit_, reason_, contract_) are shown as they stand there.

export const TEXT = {
	loading: {
		en: 'Loading …',
		sv: 'Hämtar …',
		da: 'Henter …',
	},
	progress: {
		en: '{done} of {total}',
		sv: '{done} av {total}',
		da: '{done} af {total}',
	},
	retry: {
		en: 'Try again',
		sv: 'Försök igen',
		da: 'Prøv igen',
	},
	server_says: {
		en: 'The server says:',
		sv: 'Servern säger:',
		da: 'Serveren siger:',
	},
	problem_0: {
		en: 'The server cannot be reached',
		sv: 'Servern går inte att nå',
		da: 'Serveren kan ikke nås',
	},
	problem_401: {
		en: 'A token is needed',
		sv: 'En åtkomstnyckel behövs',
		da: 'Et adgangstoken er nødvendigt',
	},
	problem_404: {
		en: 'Not found, or not for you',
		sv: 'Finns inte, eller är inte för dig',
		da: 'Findes ikke, eller er ikke for dig',
	},
	problem_429: {
		en: 'Too many requests; wait a moment',
		sv: 'För många förfrågningar; vänta ett ögonblick',
		da: 'For mange forespørgsler; vent et øjeblik',
	},
	problem_503: {
		en: 'The server is not ready',
		sv: 'Servern är inte redo',
		da: 'Serveren er ikke klar',
	},
	problem_other: {
		en: 'The server could not answer',
		sv: 'Servern kunde inte svara',
		da: 'Serveren kunne ikke svare',
	},
	skip: {
		en: 'Skip to the content',
		sv: 'Hoppa till innehållet',
		da: 'Gå til indholdet',
	},
	nav: {
		en: 'Pages',
		sv: 'Sidor',
		da: 'Sider',
	},
	nav_overview: {
		en: 'Overview',
		sv: 'Översikt',
		da: 'Overblik',
	},
	nav_verify: {
		en: 'Verify',
		sv: 'Kontrollera',
		da: 'Kontrollér',
	},
	nav_search: {
		en: 'Search',
		sv: 'Sök',
		da: 'Søg',
	},
	language: {
		en: 'Language',
		sv: 'Språk',
		da: 'Sprog',
	},
	theme: {
		en: 'Colours',
		sv: 'Färger',
		da: 'Farver',
	},
	theme_auto: {
		en: 'As the system',
		sv: 'Som systemet',
		da: 'Som systemet',
	},
	theme_light: {
		en: 'Light',
		sv: 'Ljust',
		da: 'Lyst',
	},
	theme_dark: {
		en: 'Dark',
		sv: 'Mörkt',
		da: 'Mørkt',
	},
	sign_in: {
		en: 'Sign in',
		sv: 'Logga in',
		da: 'Log ind',
	},
	sign_out: {
		en: 'Sign out',
		sv: 'Logga ut',
		da: 'Log ud',
	},
	sign_in_lead: {
		en: 'A token says who you are and in which role you read. The operator of the ledger gives it to you.',
		sv: 'En åtkomstnyckel säger vem du är och i vilken roll du läser. Du får den av den som för huvudboken.',
		da: 'Et token siger, hvem du er, og i hvilken rolle du læser. Du får det af den, der fører hovedbogen.',
	},
	token: {
		en: 'Token',
		sv: 'Åtkomstnyckel',
		da: 'Token',
	},
	token_help: {
		en: 'It begins with v4.public. and stays in this tab only: it is forgotten when you close it.',
		sv: 'Den börjar med v4.public. och stannar i den här fliken: den glöms när du stänger den.',
		da: 'Det begynder med v4.public. og bliver i denne fane: det glemmes, når du lukker den.',
	},
	token_shape: {
		en: 'This is not a token: one begins with v4.public.',
		sv: 'Det här är ingen åtkomstnyckel: en sådan börjar med v4.public.',
		da: 'Dette er ikke et token: et sådant begynder med v4.public.',
	},
	token_refused: {
		en: 'The server does not accept this token. It may have expired or been revoked; ask the operator for a new one.',
		sv: 'Servern godtar inte nyckeln. Den kan ha gått ut eller återkallats; be den som för huvudboken om en ny.',
		da: 'Serveren godtager ikke dette token. Det kan være udløbet eller tilbagekaldt; bed den, der fører hovedbogen, om et nyt.',
	},
	without_token: {
		en: 'Go on without a token',
		sv: 'Fortsätt utan nyckel',
		da: 'Fortsæt uden token',
	},
	simulated: {
		en: 'Simulated clock: a demonstration or a rehearsal, not a claim on anybody.',
		sv: 'Simulerad klocka: en demonstration eller övning, inget krav på någon.',
		da: 'Simuleret ur: en demonstration eller øvelse, ikke et krav mod nogen.',
	},
	footer: {
		en: 'Ledger {origin}. This page only reads; what it shows comes from the server, what it verifies it computes itself.',
		sv: 'Huvudbok {origin}. Sidan läser bara; det den visar kommer från servern, det den kontrollerar räknar den själv.',
		da: 'Hovedbog {origin}. Siden læser kun; det, den viser, kommer fra serveren, det, den kontrollerer, regner den selv.',
	},
	not_here: {
		en: 'There is no such page',
		sv: 'Sidan finns inte',
		da: 'Siden findes ikke',
	},
	not_here_text: {
		en: 'The address leads nowhere. Begin at the overview, or search.',
		sv: 'Adressen leder ingenstans. Börja från översikten eller sök.',
		da: 'Adressen fører ingen steder hen. Begynd ved overblikket, eller søg.',
	},
	contracts: {
		en: 'Contracts',
		sv: 'Avtal',
		da: 'Kontrakter',
	},
	contract: {
		en: 'Contract',
		sv: 'Avtal',
		da: 'Kontrakt',
	},
	contracts_none: {
		en: 'No contract has been proposed in this ledger.',
		sv: 'Inget avtal har föreslagits i den här huvudboken.',
		da: 'Ingen kontrakt er foreslået i denne hovedbog.',
	},
	contract_closed: {
		en: 'Sign in as one of its parties to see more.',
		sv: 'Logga in som en av parterna för att se mer.',
		da: 'Log ind som en af parterne for at se mere.',
	},
	public_lead: {
		en: 'This is what everybody may see. Numbers below five are not shown.',
		sv: 'Det här får alla se. Tal under fem visas inte.',
		da: 'Dette må alle se. Tal under fem vises ikke.',
	},
	fewer_than_five: {
		en: 'fewer than 5',
		sv: 'färre än 5',
		da: 'færre end 5',
	},
	statements_n: {
		en: 'Statements: {n}',
		sv: 'Avräkningar: {n}',
		da: 'Afregninger: {n}',
	},
	contract_runs: {
		en: 'From {from}; outcomes count until {until}.',
		sv: 'Från {from}; utfall räknas till och med {until}.',
		da: 'Fra {from}; resultater tæller til og med {until}.',
	},
	contract_next: {
		en: 'The next statement goes through {day}.',
		sv: 'Nästa avräkning går till och med {day}.',
		da: 'Den næste afregning går til og med {day}.',
	},
	people: {
		en: 'People',
		sv: 'Deltagare',
		da: 'Deltagere',
	},
	people_lead: {
		en: 'Under this contract, by pseudonym. Nobody\'s name is in the ledger.',
		sv: 'Under det här avtalet, med pseudonym. Ingens namn står i huvudboken.',
		da: 'Under denne kontrakt, med pseudonym. Ingens navn står i hovedbogen.',
	},
	people_none: {
		en: 'Nobody whom you may see is enrolled.',
		sv: 'Ingen som du får se är inskriven.',
		da: 'Ingen, som du må se, er indskrevet.',
	},
	terms: {
		en: 'Terms',
		sv: 'Villkor',
		da: 'Vilkår',
	},
	terms_lead: {
		en: 'The signed terms as sentences; the ledger holds them as data.',
		sv: 'De undertecknade villkoren som meningar; huvudboken håller dem som data.',
		da: 'De underskrevne vilkår som sætninger; hovedbogen holder dem som data.',
	},
	money: {
		en: 'Money',
		sv: 'Pengar',
		da: 'Penge',
	},
	money_none: {
		en: 'Nothing has been settled yet.',
		sv: 'Inget har avräknats än.',
		da: 'Intet er afregnet endnu.',
	},
	settled: {
		en: 'Settled',
		sv: 'Avräknat',
		da: 'Afregnet',
	},
	settled_note: {
		en: 'sum of all issued lines',
		sv: 'summan av alla utfärdade rader',
		da: 'summen af alle udstedte linjer',
	},
	approved: {
		en: 'Approved',
		sv: 'Godkänt',
		da: 'Godkendt',
	},
	approved_note: {
		en: 'by those who pay',
		sv: 'av dem som betalar',
		da: 'af dem, der betaler',
	},
	paid: {
		en: 'Paid',
		sv: 'Betalt',
		da: 'Betalt',
	},
	paid_note: {
		en: 'as the payers say',
		sv: 'enligt dem som betalar',
		da: 'ifølge dem, der betaler',
	},
	received: {
		en: 'Received',
		sv: 'Mottaget',
		da: 'Modtaget',
	},
	disputed: {
		en: 'Disputed',
		sv: 'Tvistigt',
		da: 'Omtvistet',
	},
	disputed_note: {
		en: 'open disputes: {n}',
		sv: 'öppna tvister: {n}',
		da: 'åbne tvister: {n}',
	},
	balances_caption: {
		en: 'Who owes whom, in {unit}',
		sv: 'Vem som är skyldig vem, i {unit}',
		da: 'Hvem der skylder hvem, i {unit}',
	},
	payer: {
		en: 'Payer',
		sv: 'Betalare',
		da: 'Betaler',
	},
	payee: {
		en: 'Payee',
		sv: 'Mottagare',
		da: 'Modtager',
	},
	to_pay: {
		en: 'To pay',
		sv: 'Att betala',
		da: 'At betale',
	},
	total: {
		en: 'Total',
		sv: 'Summa',
		da: 'I alt',
	},
	forecast: {
		en: 'Forecast',
		sv: 'Prognos',
		da: 'Prognose',
	},
	forecast_lead: {
		en: 'What would still come if every job that is still reported is kept, and if none is.',
		sv: 'Vad som ännu skulle komma om varje arbete som rapporteras behålls, och om inget gör det.',
		da: 'Hvad der endnu ville komme, hvis hvert job, der rapporteres, beholdes, og hvis intet gør.',
	},
	forecast_until: {
		en: 'Until',
		sv: 'Till och med',
		da: 'Til og med',
	},
	forecast_none: {
		en: 'Everything is settled: nothing more would come.',
		sv: 'Allt är avräknat: inget mer skulle komma.',
		da: 'Alt er afregnet: intet mere ville komme.',
	},
	forecast_nothing: {
		en: 'Nothing is settled and nothing would come.',
		sv: 'Inget är avräknat och inget skulle komma.',
		da: 'Intet er afregnet, og intet ville komme.',
	},
	forecast_of: {
		en: 'Statements to come: {n}, the last through {day}.',
		sv: 'Kommande avräkningar: {n}, den sista till och med {day}.',
		da: 'Kommende afregninger: {n}, den sidste til og med {day}.',
	},
	forecast_known: {
		en: 'Known until {day}. Jobs still reported: {jobs}; people whose earnings are still reported: {earners}.',
		sv: 'Känt till och med {day}. Arbeten som ännu rapporteras: {jobs}; personer vars inkomster ännu rapporteras: {earners}.',
		da: 'Kendt til og med {day}. Job, der endnu rapporteres: {jobs}; personer, hvis indtægter endnu rapporteres: {earners}.',
	},
	forecast_pending: {
		en: 'Amounts that are not known yet, counted as 0: {n}.',
		sv: 'Belopp som inte är kända än, räknade som 0: {n}.',
		da: 'Beløb, der ikke er kendt endnu, regnet som 0: {n}.',
	},
	forecast_totals: {
		en: 'All payments together',
		sv: 'Alla betalningar tillsammans',
		da: 'Alle betalinger tilsammen',
	},
	forecast_totals_note: {
		en: 'What is settled, what would come, and both',
		sv: 'Vad som är avräknat, vad som skulle komma, och båda',
		da: 'Hvad der er afregnet, hvad der ville komme, og begge dele',
	},
	comes_kept: {
		en: 'To come if kept',
		sv: 'Kommer om de behålls',
		da: 'Kommer, hvis de beholdes',
	},
	comes_lost: {
		en: 'To come if lost',
		sv: 'Kommer om de förloras',
		da: 'Kommer, hvis de mistes',
	},
	all_kept: {
		en: 'All in all if kept',
		sv: 'Allt som allt om de behålls',
		da: 'Alt i alt, hvis de beholdes',
	},
	all_lost: {
		en: 'All in all if lost',
		sv: 'Allt som allt om de förloras',
		da: 'Alt i alt, hvis de mistes',
	},
	forecast_rows: {
		en: 'Statement by statement',
		sv: 'Avräkning för avräkning',
		da: 'Afregning for afregning',
	},
	forecast_rows_note: {
		en: 'What each statement would hold',
		sv: 'Vad varje avräkning skulle innehålla',
		da: 'Hvad hver afregning ville indeholde',
	},
	if_kept: {
		en: 'If jobs are kept',
		sv: 'Om arbeten behålls',
		da: 'Hvis job beholdes',
	},
	if_lost: {
		en: 'If jobs are lost',
		sv: 'Om arbeten förloras',
		da: 'Hvis job mistes',
	},
	forecast_room: {
		en: 'Room that would be left',
		sv: 'Utrymme som skulle vara kvar',
		da: 'Plads, der ville være tilbage',
	},
	forecast_room_note: {
		en: 'Caps over several people, and those of people who would reach theirs',
		sv: 'Tak över flera personer, och deras som skulle nå sitt',
		da: 'Lofter over flere personer, og deres, som ville nå deres',
	},
	room_now: {
		en: 'Left now',
		sv: 'Kvar nu',
		da: 'Tilbage nu',
	},
	forecast_granted: {
		en: 'Taken for granted',
		sv: 'Antaganden',
		da: 'Forudsætninger',
	},
	rooms: {
		en: 'Room under each cap',
		sv: 'Utrymme under varje tak',
		da: 'Plads under hvert loft',
	},
	rooms_note: {
		en: 'What has been settled and how much can still be paid.',
		sv: 'Vad som har avräknats och hur mycket som ännu kan betalas.',
		da: 'Hvad der er afregnet, og hvor meget der endnu kan betales.',
	},
	rooms_people: {
		en: 'For each person ({n}); at the cap: {full}',
		sv: 'För varje person ({n}); vid taket: {full}',
		da: 'For hver person ({n}); ved loftet: {full}',
	},
	limit: {
		en: 'Cap',
		sv: 'Tak',
		da: 'Loft',
	},
	limit_for: {
		en: 'For',
		sv: 'För',
		da: 'For',
	},
	limit_all: {
		en: 'All together',
		sv: 'Allt tillsammans',
		da: 'Alt tilsammen',
	},
	taken: {
		en: 'Used',
		sv: 'Använt',
		da: 'Brugt',
	},
	room: {
		en: 'Left',
		sv: 'Kvar',
		da: 'Tilbage',
	},
	no_end: {
		en: 'no upper end',
		sv: 'ingen övre gräns',
		da: 'ingen øvre grænse',
	},
	taken_of: {
		en: '{taken} of {total}; left: {room}',
		sv: '{taken} av {total}; kvar: {room}',
		da: '{taken} af {total}; tilbage: {room}',
	},
	taken_only: {
		en: '{taken}; no upper end',
		sv: '{taken}; ingen övre gräns',
		da: '{taken}; ingen øvre grænse',
	},
	as_table: {
		en: 'Show as table',
		sv: 'Visa som tabell',
		da: 'Vis som tabel',
	},
	funnel: {
		en: 'From enrolled to retained',
		sv: 'Från inskriven till kvar i arbete',
		da: 'Fra indskrevet til fastholdt',
	},
	funnel_note: {
		en: 'People enrolled, and people with an outcome that earned a payment.',
		sv: 'Inskrivna personer, och personer med ett utfall som gav betalning.',
		da: 'Indskrevne personer, og personer med et resultat der gav betaling.',
	},
	funnel_share: {
		en: '{share} of all enrolled',
		sv: '{share} av alla inskrivna',
		da: '{share} af alle indskrevne',
	},
	growth: {
		en: 'Outcomes over time',
		sv: 'Utfall över tiden',
		da: 'Resultater over tid',
	},
	growth_note: {
		en: 'Counted from the start, month by month.',
		sv: 'Räknat från början, månad för månad.',
		da: 'Talt fra begyndelsen, måned for måned.',
	},
	step: {
		en: 'Step',
		sv: 'Steg',
		da: 'Trin',
	},
	count: {
		en: 'Number',
		sv: 'Antal',
		da: 'Antal',
	},
	month: {
		en: 'Month',
		sv: 'Månad',
		da: 'Måned',
	},
	outcomes: {
		en: 'Outcomes',
		sv: 'Utfall',
		da: 'Resultater',
	},
	outcomes_none: {
		en: 'Nobody is enrolled yet, and nothing has been reached.',
		sv: 'Ingen är inskriven än, och inget har uppnåtts.',
		da: 'Ingen er indskrevet endnu, og intet er nået.',
	},
	statements: {
		en: 'Statements',
		sv: 'Avräkningar',
		da: 'Afregninger',
	},
	statements_caption: {
		en: 'The newest first',
		sv: 'Den nyaste först',
		da: 'Den nyeste først',
	},
	statements_none: {
		en: 'No statement has been issued that you may see.',
		sv: 'Ingen avräkning som du får se har utfärdats.',
		da: 'Ingen afregning, som du må se, er udstedt.',
	},
	statement: {
		en: 'Statement',
		sv: 'Avräkning',
		da: 'Afregning',
	},
	statement_n: {
		en: 'Statement {n}',
		sv: 'Avräkning {n}',
		da: 'Afregning {n}',
	},
	statement_empty: {
		en: 'This statement has no lines: nothing was owed for its period.',
		sv: 'Avräkningen har inga rader: inget var att betala för perioden.',
		da: 'Afregningen har ingen linjer: intet var at betale for perioden.',
	},
	number: {
		en: 'Number',
		sv: 'Nummer',
		da: 'Nummer',
	},
	through: {
		en: 'Through',
		sv: 'Till och med',
		da: 'Til og med',
	},
	issued: {
		en: 'Issued',
		sv: 'Utfärdad',
		da: 'Udstedt',
	},
	lines: {
		en: 'Lines',
		sv: 'Rader',
		da: 'Linjer',
	},
	line: {
		en: 'Line',
		sv: 'Rad',
		da: 'Linje',
	},
	amount: {
		en: 'Amount',
		sv: 'Belopp',
		da: 'Beløb',
	},
	approved_by: {
		en: 'Approved by',
		sv: 'Godkänd av',
		da: 'Godkendt af',
	},
	approved_none: {
		en: 'nobody yet',
		sv: 'ingen än',
		da: 'ingen endnu',
	},
	cut_off: {
		en: 'Cut-off',
		sv: 'Bryttidpunkt',
		da: 'Skæringspunkt',
	},
	cut_off_text: {
		en: 'the first {size} entries',
		sv: 'de första {size} posterna',
		da: 'de første {size} poster',
	},
	ledger: {
		en: 'Ledger',
		sv: 'Huvudbok',
		da: 'Hovedbog',
	},
	part_only: {
		en: 'You see the part of this statement that concerns you.',
		sv: 'Du ser den del av avräkningen som rör dig.',
		da: 'Du ser den del af afregningen, der vedrører dig.',
	},
	totals_caption: {
		en: 'Owed by this statement, in {unit}',
		sv: 'Att betala enligt avräkningen, i {unit}',
		da: 'At betale ifølge afregningen, i {unit}',
	},
	filters: {
		en: 'Filter the lines',
		sv: 'Filtrera raderna',
		da: 'Filtrér linjerne',
	},
	filters_clear: {
		en: 'Clear filters',
		sv: 'Rensa filter',
		da: 'Ryd filtre',
	},
	any: {
		en: 'All',
		sv: 'Alla',
		da: 'Alle',
	},
	payment: {
		en: 'Payment',
		sv: 'Ersättning',
		da: 'Betaling',
	},
	payments: {
		en: 'Payments',
		sv: 'Ersättningar',
		da: 'Betalinger',
	},
	outcome: {
		en: 'Outcome',
		sv: 'Utfall',
		da: 'Resultat',
	},
	participant: {
		en: 'Participant',
		sv: 'Deltagare',
		da: 'Deltager',
	},
	achieved: {
		en: 'Achieved or due',
		sv: 'Uppnått eller förfallet',
		da: 'Nået eller forfaldent',
	},
	reason: {
		en: 'Reason',
		sv: 'Skäl',
		da: 'Årsag',
	},
	lines_shown: {
		en: 'Lines shown: {n}',
		sv: 'Rader som visas: {n}',
		da: 'Linjer vist: {n}',
	},
	lines_more: {
		en: 'Lines shown: {n} of {all}',
		sv: 'Rader som visas: {n} av {all}',
		da: 'Linjer vist: {n} af {all}',
	},
	lines_sum: {
		en: 'These {n} lines come to {sum}.',
		sv: 'Dessa {n} rader blir tillsammans {sum}.',
		da: 'Disse {n} linjer giver tilsammen {sum}.',
	},
	lines_none: {
		en: 'There are no lines.',
		sv: 'Det finns inga rader.',
		da: 'Der er ingen linjer.',
	},
	lines_none_filtered: {
		en: 'No line fits these filters.',
		sv: 'Ingen rad passar filtren.',
		da: 'Ingen linje passer til filtrene.',
	},
	lines_caption: {
		en: 'Lines of statement {n}',
		sv: 'Rader i avräkning {n}',
		da: 'Linjer i afregning {n}',
	},
	more_lines: {
		en: 'Show more lines',
		sv: 'Visa fler rader',
		da: 'Vis flere linjer',
	},
	more: {
		en: 'Show more',
		sv: 'Visa fler',
		da: 'Vis flere',
	},
	print: {
		en: 'Print all lines',
		sv: 'Skriv ut alla rader',
		da: 'Udskriv alle linjer',
	},
	line_why: {
		en: 'Line {n}: why',
		sv: 'Rad {n}: varför',
		da: 'Linje {n}: hvorfor',
	},
	line_link: {
		en: 'Link to this line',
		sv: 'Länk till raden',
		da: 'Link til linjen',
	},
	line_of: {
		en: 'Statement {n}, line {line}',
		sv: 'Avräkning {n}, rad {line}',
		da: 'Afregning {n}, linje {line}',
	},
	explanation: {
		en: 'Why this line is what it is',
		sv: 'Varför raden är som den är',
		da: 'Hvorfor linjen er, som den er',
	},
	explanation_none: {
		en: 'You may see the line, not what it was computed from.',
		sv: 'Du får se raden men inte det som den räknats ur.',
		da: 'Du må se linjen, men ikke det, den er regnet ud af.',
	},
	evidence: {
		en: 'Evidence trail',
		sv: 'Underlag',
		da: 'Dokumentation',
	},
	evidence_none: {
		en: 'No evidence that you may see.',
		sv: 'Inget underlag som du får se.',
		da: 'Ingen dokumentation, som du må se.',
	},
	entry: {
		en: 'Entry',
		sv: 'Post',
		da: 'Post',
	},
	entry_n: {
		en: 'Entry {n}',
		sv: 'Post {n}',
		da: 'Post {n}',
	},
	entry_before: {
		en: 'Entry before',
		sv: 'Föregående post',
		da: 'Forrige post',
	},
	entry_after: {
		en: 'Entry after',
		sv: 'Nästa post',
		da: 'Næste post',
	},
	recorded: {
		en: 'Recorded',
		sv: 'Införd',
		da: 'Indført',
	},
	sender: {
		en: 'Sent by',
		sv: 'Sänd av',
		da: 'Sendt af',
	},
	type: {
		en: 'Type',
		sv: 'Slag',
		da: 'Slags',
	},
	part: {
		en: 'Role',
		sv: 'Roll',
		da: 'Rolle',
	},
	part_rests_on: {
		en: 'the line rests on it',
		sv: 'raden vilar på den',
		da: 'linjen hviler på den',
	},
	part_changed: {
		en: 'changed since',
		sv: 'ändrad sedan dess',
		da: 'ændret siden',
	},
	event: {
		en: 'Event',
		sv: 'Händelse',
		da: 'Hændelse',
	},
	events: {
		en: 'Events',
		sv: 'Händelser',
		da: 'Hændelser',
	},
	erased: {
		en: 'erased',
		sv: 'utplånad',
		da: 'slettet',
	},
	event_erased: {
		en: 'The bytes of this event were erased. Its digest and place remain.',
		sv: 'Händelsens byte har utplånats. Dess kontrollsumma och plats finns kvar.',
		da: 'Hændelsens bytes er slettet. Dens kontrolsum og plads er tilbage.',
	},
	body: {
		en: 'What it says',
		sv: 'Vad den säger',
		da: 'Hvad den siger',
	},
	state: {
		en: 'State',
		sv: 'Läge',
		da: 'Tilstand',
	},
	state_corrected: {
		en: 'corrected',
		sv: 'rättad',
		da: 'rettet',
	},
	state_retracted: {
		en: 'retracted',
		sv: 'återtagen',
		da: 'trukket tilbage',
	},
	state_erased: {
		en: 'erased',
		sv: 'utplånad',
		da: 'slettet',
	},
	replaced_by: {
		en: 'Replaced by',
		sv: 'Ersatt av',
		da: 'Erstattet af',
	},
	verdict_by: {
		en: 'Verdict by',
		sv: 'Bedömd av',
		da: 'Bedømt af',
	},
	digest_good: {
		en: 'This page computed the digest from the event\'s bytes: it is the one above.',
		sv: 'Sidan räknade kontrollsumman ur händelsens byte: det är den ovan.',
		da: 'Siden regnede kontrolsummen ud af hændelsens bytes: det er den ovenfor.',
	},
	digest_bad: {
		en: 'The bytes that the server shows do not have this digest. Do not rely on them; tell the auditor.',
		sv: 'De byte som servern visar har inte den här kontrollsumman. Lita inte på dem; säg till revisorn.',
		da: 'De bytes, som serveren viser, har ikke denne kontrolsum. Stol ikke på dem; sig det til revisoren.',
	},
	in_tree: {
		en: 'Check that it is under the signed head',
		sv: 'Kontrollera att den ligger under det undertecknade läget',
		da: 'Kontrollér, at den ligger under det underskrevne hoved',
	},
	in_tree_running: {
		en: 'Checking …',
		sv: 'Kontrollerar …',
		da: 'Kontrollerer …',
	},
	in_tree_good: {
		en: 'Entry {seq} is under the head that the server shows now: this page recomputed its path to the root.',
		sv: 'Post {seq} ligger under det läge som servern visar nu: sidan räknade om vägen till roten.',
		da: 'Post {seq} ligger under det hoved, som serveren viser nu: siden regnede vejen til roden om.',
	},
	in_tree_bad: {
		en: 'Entry {seq} could not be shown to be under the head. Verify the ledger.',
		sv: 'Det gick inte att visa att post {seq} ligger under läget. Kontrollera huvudboken.',
		da: 'Det kunne ikke vises, at post {seq} ligger under hovedet. Kontrollér hovedbogen.',
	},
	signed_with: {
		en: 'Signed with',
		sv: 'Undertecknad med',
		da: 'Underskrevet med',
	},
	submission: {
		en: 'Submission',
		sv: 'Inlaga',
		da: 'Indsendelse',
	},
	leaf: {
		en: 'Hash of the entry',
		sv: 'Postens kontrollsumma',
		da: 'Postens kontrolsum',
	},
	prev: {
		en: 'Hash of the entry before',
		sv: 'Föregående posts kontrollsumma',
		da: 'Forrige posts kontrolsum',
	},
	disputes: {
		en: 'Disputes',
		sv: 'Tvister',
		da: 'Tvister',
	},
	opened: {
		en: 'Opened',
		sv: 'Öppnad',
		da: 'Åbnet',
	},
	by: {
		en: 'By',
		sv: 'Av',
		da: 'Af',
	},
	open: {
		en: 'open',
		sv: 'öppen',
		da: 'åben',
	},
	resolved: {
		en: 'resolved',
		sv: 'avgjord',
		da: 'afgjort',
	},
	decided: {
		en: 'Decided amount',
		sv: 'Beslutat belopp',
		da: 'Besluttet beløb',
	},
	parties: {
		en: 'Parties',
		sv: 'Parter',
		da: 'Parter',
	},
	parties_caption: {
		en: 'Who takes part, and which version each has signed',
		sv: 'Vilka som deltar, och vilken version var och en har undertecknat',
		da: 'Hvem der deltager, og hvilken version hver har underskrevet',
	},
	party: {
		en: 'Party',
		sv: 'Part',
		da: 'Part',
	},
	role: {
		en: 'Role',
		sv: 'Roll',
		da: 'Rolle',
	},
	signed: {
		en: 'Signed',
		sv: 'Undertecknat',
		da: 'Underskrevet',
	},
	version_n: {
		en: 'version {n}',
		sv: 'version {n}',
		da: 'version {n}',
	},
	enrolled: {
		en: 'Enrolled',
		sv: 'Inskrivna',
		da: 'Indskrevet',
	},
	enrolled_on: {
		en: 'Enrolled on',
		sv: 'Inskriven den',
		da: 'Indskrevet den',
	},
	exited: {
		en: 'Exited',
		sv: 'Utskriven',
		da: 'Udskrevet',
	},
	provider: {
		en: 'Provider',
		sv: 'Utförare',
		da: 'Udbyder',
	},
	site: {
		en: 'Site',
		sv: 'Plats',
		da: 'Sted',
	},
	person_n: {
		en: 'Person {id}',
		sv: 'Deltagare {id}',
		da: 'Deltager {id}',
	},
	person_more: {
		en: 'There are more events than are shown here: the first 1,000.',
		sv: 'Det finns fler händelser än de första 1 000 som visas här.',
		da: 'Der er flere hændelser end de første 1.000, som vises her.',
	},
	person_hit: {
		en: 'Events: {n}; enrolled {day}',
		sv: 'Händelser: {n}; inskriven {day}',
		da: 'Hændelser: {n}; indskrevet {day}',
	},
	timeline: {
		en: 'Timeline',
		sv: 'Tidslinje',
		da: 'Tidslinje',
	},
	timeline_note: {
		en: 'Drawn to scale. A dot is a confirmation or change of a spell; filled where a verifier has accepted it.',
		sv: 'Ritad i skala. En punkt är en bekräftelse eller ändring av en period; fylld där en granskare har godtagit den.',
		da: 'Tegnet i skala. En prik er en bekræftelse eller ændring af en periode; fyldt, hvor en verifikator har godtaget den.',
	},
	timeline_label: {
		en: 'Timeline from {from} to {to}: spells {spells}, outcomes {outcomes}. The same as a table: the button above.',
		sv: 'Tidslinje från {from} till {to}: perioder {spells}, utfall {outcomes}. Samma som tabell: knappen ovan.',
		da: 'Tidslinje fra {from} til {to}: perioder {spells}, resultater {outcomes}. Det samme som tabel: knappen ovenfor.',
	},
	timeline_table: {
		en: 'Everything recorded about this person, in ledger order',
		sv: 'Allt som införts om personen, i huvudbokens ordning',
		da: 'Alt, der er indført om personen, i hovedbogens rækkefølge',
	},
	timeline_none: {
		en: 'Nothing is recorded yet.',
		sv: 'Inget är infört än.',
		da: 'Intet er indført endnu.',
	},
	standing_accepted: {
		en: 'accepted',
		sv: 'godtagen',
		da: 'godtaget',
	},
	standing_rejected: {
		en: 'rejected',
		sv: 'underkänd',
		da: 'afvist',
	},
	standing_open: {
		en: 'not attested',
		sv: 'inte granskad',
		da: 'ikke attesteret',
	},
	standing_gone: {
		en: 'replaced',
		sv: 'ersatt',
		da: 'erstattet',
	},
	enrolled_still: {
		en: 'Enrolled',
		sv: 'Inskriven',
		da: 'Indskrevet',
	},
	enrolled_exited: {
		en: 'Enrolled until exit',
		sv: 'Inskriven till utskrivning',
		da: 'Indskrevet til udskrivning',
	},
	activity_n: {
		en: 'Support logged: {n}',
		sv: 'Loggat stöd: {n}',
		da: 'Registreret støtte: {n}',
	},
	hours_n: {
		en: '{n} h',
		sv: '{n} tim',
		da: '{n} t',
	},
	date: {
		en: 'Date',
		sv: 'Dag',
		da: 'Dag',
	},
	what: {
		en: 'What',
		sv: 'Vad',
		da: 'Hvad',
	},
	missing: {
		en: 'What is missing for the next payment',
		sv: 'Vad som saknas för nästa ersättning',
		da: 'Hvad der mangler til den næste betaling',
	},
	missing_none: {
		en: 'The ledger has nothing to say about coming payments for this person.',
		sv: 'Huvudboken har inget att säga om kommande ersättningar för personen.',
		da: 'Hovedbogen har intet at sige om kommende betalinger for personen.',
	},
	payments_none: {
		en: 'Nothing has been settled for this person.',
		sv: 'Inget har avräknats för personen.',
		da: 'Intet er afregnet for personen.',
	},
	payments_caption: {
		en: 'What this person\'s outcomes and periods came to, all payers together',
		sv: 'Vad personens utfall och perioder blev värda, alla betalare tillsammans',
		da: 'Hvad personens resultater og perioder blev til, alle betalere tilsammen',
	},
	search_lead: {
		en: 'What you may see, by its number, pseudonym or digest.',
		sv: 'Det du får se, efter nummer, pseudonym eller kontrollsumma.',
		da: 'Det, du må se, efter nummer, pseudonym eller kontrolsum.',
	},
	search_for: {
		en: 'Look for',
		sv: 'Sök efter',
		da: 'Søg efter',
	},
	search_help: {
		en: '5.12 is line 12 of statement 5; 12 is entry 12 and line 12 of every statement; 26 characters are a pseudonym; 8 to 64 hexadecimal digits a digest or its beginning.',
		sv: '5.12 är rad 12 i avräkning 5; 12 är post 12 och rad 12 i varje avräkning; 26 tecken är en pseudonym; 8 till 64 hexadecimala siffror en kontrollsumma eller dess början.',
		da: '5.12 er linje 12 i afregning 5; 12 er post 12 og linje 12 i hver afregning; 26 tegn er et pseudonym; 8 til 64 hexadecimale cifre en kontrolsum eller dens begyndelse.',
	},
	search_none: {
		en: 'Nothing that you may see has this number, pseudonym or digest.',
		sv: 'Inget som du får se har det numret, den pseudonymen eller den kontrollsumman.',
		da: 'Intet, som du må se, har dette nummer, pseudonym eller denne kontrolsum.',
	},
	search_shape: {
		en: '“{q}” is not a number, a pseudonym or a digest.',
		sv: '”{q}” är varken nummer, pseudonym eller kontrollsumma.',
		da: '”{q}” er hverken et nummer, et pseudonym eller en kontrolsum.',
	},
	verify_lead: {
		en: 'Your browser checks the ledger with code of its own and believes nothing that it cannot recompute.',
		sv: 'Din webbläsare kontrollerar huvudboken med egen kod och tror inget som den inte kan räkna om.',
		da: 'Din browser kontrollerer hovedbogen med egen kode og tror intet, den ikke kan regne om.',
	},
	checking: {
		en: 'Checking',
		sv: 'Kontrollerar',
		da: 'Kontrollerer',
	},
	check_again: {
		en: 'Check again',
		sv: 'Kontrollera igen',
		da: 'Kontrollér igen',
	},
	check_every: {
		en: 'Check all {n} entries',
		sv: 'Kontrollera alla {n} poster',
		da: 'Kontrollér alle {n} poster',
	},
	verdict_good: {
		en: 'Everything fits',
		sv: 'Allt stämmer',
		da: 'Alt stemmer',
	},
	verdict_good_text: {
		en: 'Signature, tree and growth of this ledger are as they must be.',
		sv: 'Underskrift, träd och tillväxt är som de ska vara.',
		da: 'Underskrift, træ og vækst er, som de skal være.',
	},
	verdict_unsure: {
		en: 'Nothing is wrong, but not everything could be checked',
		sv: 'Inget är fel, men allt kunde inte kontrolleras',
		da: 'Intet er galt, men ikke alt kunne kontrolleres',
	},
	verdict_unsure_text: {
		en: 'Read the lines with a question mark: they say what is missing.',
		sv: 'Läs raderna med frågetecken: de säger vad som saknas.',
		da: 'Læs linjerne med spørgsmålstegn: de siger, hvad der mangler.',
	},
	verdict_bad: {
		en: 'This ledger does not fit',
		sv: 'Huvudboken stämmer inte',
		da: 'Hovedbogen stemmer ikke',
	},
	verdict_bad_text: {
		en: 'Do not rely on what this server shows. Keep this page, and tell the other parties and the auditor.',
		sv: 'Lita inte på det som servern visar. Spara den här sidan och säg till de andra parterna och revisorn.',
		da: 'Stol ikke på det, serveren viser. Gem denne side, og sig det til de andre parter og revisoren.',
	},
	mark_good: {
		en: 'Fits:',
		sv: 'Stämmer:',
		da: 'Stemmer:',
	},
	mark_bad: {
		en: 'Does not fit:',
		sv: 'Stämmer inte:',
		da: 'Stemmer ikke:',
	},
	mark_unsure: {
		en: 'Not certain:',
		sv: 'Inte säkert:',
		da: 'Ikke sikkert:',
	},
	check_key_pasted: {
		en: 'The checkpoint key is the one that you gave this page yourself.',
		sv: 'Nyckeln för kontrollpunkten är den som du själv gav sidan.',
		da: 'Nøglen til kontrolpunktet er den, du selv gav siden.',
	},
	check_key_kept: {
		en: 'The checkpoint key is the one that this browser kept from an earlier visit.',
		sv: 'Nyckeln för kontrollpunkten är den som webbläsaren sparade vid ett tidigare besök.',
		da: 'Nøglen til kontrolpunktet er den, browseren gemte ved et tidligere besøg.',
	},
	check_key_server: {
		en: 'The checkpoint key comes from this very server. Compare it with the one you were given by other means, or paste that one below:',
		sv: 'Nyckeln för kontrollpunkten kommer från samma server. Jämför den med den du fått på annat sätt, eller klistra in den nedan:',
		da: 'Nøglen til kontrolpunktet kommer fra selve serveren. Sammenlign den med den, du har fået ad anden vej, eller indsæt den nedenfor:',
	},
	check_key_none: {
		en: 'The server names no checkpoint key for this ledger.',
		sv: 'Servern uppger ingen nyckel för huvudbokens kontrollpunkter.',
		da: 'Serveren angiver ingen nøgle til hovedbogens kontrolpunkter.',
	},
	check_key_broken: {
		en: 'The checkpoint key is malformed: its own digest does not fit.',
		sv: 'Nyckeln för kontrollpunkten är felaktig: dess egen kontrollsumma stämmer inte.',
		da: 'Nøglen til kontrolpunktet er forkert: dens egen kontrolsum stemmer ikke.',
	},
	check_signature_good: {
		en: 'The head of {size} entries is signed by {name}; the Ed25519 signature is right.',
		sv: 'Läget med {size} poster är undertecknat av {name}; Ed25519-underskriften är riktig.',
		da: 'Hovedet med {size} poster er underskrevet af {name}; Ed25519-underskriften er rigtig.',
	},
	check_signature_bad: {
		en: 'The signature of the head of {size} entries by {name} is false.',
		sv: 'Underskriften på läget med {size} poster av {name} är falsk.',
		da: 'Underskriften på hovedet med {size} poster af {name} er falsk.',
	},
	check_signature_missing: {
		en: 'The head carries no signature by {name}.',
		sv: 'Läget bär ingen underskrift av {name}.',
		da: 'Hovedet bærer ingen underskrift af {name}.',
	},
	check_signature_unable: {
		en: 'This browser cannot check Ed25519 here (it needs HTTPS or localhost, and a recent version): the signature of {name} was not checked.',
		sv: 'Webbläsaren kan inte kontrollera Ed25519 här (det kräver HTTPS eller localhost och en ny version): underskriften av {name} är inte kontrollerad.',
		da: 'Browseren kan ikke kontrollere Ed25519 her (det kræver HTTPS eller localhost og en ny version): underskriften af {name} er ikke kontrolleret.',
	},
	check_origin: {
		en: 'The head is of another ledger: {origin}.',
		sv: 'Läget gäller en annan huvudbok: {origin}.',
		da: 'Hovedet er af en anden hovedbog: {origin}.',
	},
	check_root_good: {
		en: 'The tree\'s hashes lead to the root in the signed head:',
		sv: 'Trädets kontrollsummor leder till roten i det undertecknade läget:',
		da: 'Træets kontrolsummer fører til roden i det underskrevne hoved:',
	},
	check_root_bad: {
		en: 'The tree\'s hashes lead to another root than the signed one:',
		sv: 'Trädets kontrollsummor leder till en annan rot än den undertecknade:',
		da: 'Træets kontrolsummer fører til en anden rod end den underskrevne:',
	},
	check_growth_first: {
		en: 'This browser has not seen this ledger before. It remembers the head of {size} entries from now on, if all of this fits.',
		sv: 'Webbläsaren har inte sett huvudboken förut. Från och med nu minns den läget med {size} poster, om allt här stämmer.',
		da: 'Browseren har ikke set hovedbogen før. Fra nu af husker den hovedet med {size} poster, hvis alt dette stemmer.',
	},
	check_growth_same: {
		en: 'The head is the same as on {when}: {to} entries.',
		sv: 'Läget är detsamma som {when}: {to} poster.',
		da: 'Hovedet er det samme som {when}: {to} poster.',
	},
	check_growth_good: {
		en: 'The ledger has only grown since {when}: the {from} entries seen then are unchanged the beginning of today\'s {to}.',
		sv: 'Huvudboken har bara vuxit sedan {when}: de {from} poster som sågs då är oförändrade början på dagens {to}.',
		da: 'Hovedbogen er kun vokset siden {when}: de {from} poster, der blev set da, er uændret begyndelsen på dagens {to}.',
	},
	check_growth_shorter: {
		en: 'The ledger has become shorter: {from} entries were seen on {when}, now there are {to}.',
		sv: 'Huvudboken har blivit kortare: {from} poster sågs {when}, nu är de {to}.',
		da: 'Hovedbogen er blevet kortere: {from} poster blev set {when}, nu er der {to}.',
	},
	check_growth_bad: {
		en: 'The {from} entries seen on {when} are not the beginning of today\'s {to}: something was rewritten.',
		sv: 'De {from} poster som sågs {when} är inte början på dagens {to}: något har skrivits om.',
		da: 'De {from} poster, der blev set {when}, er ikke begyndelsen på dagens {to}: noget er skrevet om.',
	},
	check_statements_good: {
		en: 'The statements that you may see ({count}) stand in the tree, each at the entry that the server names.',
		sv: 'Avräkningarna som du får se ({count}) står i trädet, var och en på den post som servern uppger.',
		da: 'De afregninger, du må se ({count}), står i træet, hver på den post, serveren angiver.',
	},
	check_statements_bad: {
		en: 'These statements are not in the tree where the server says: {lost}.',
		sv: 'Dessa avräkningar står inte i trädet där servern säger: {lost}.',
		da: 'Disse afregninger står ikke i træet, hvor serveren siger: {lost}.',
	},
	check_chain_good: {
		en: 'All {count} entries were fetched: each names the hash of the one before, and the tree over them has the signed root.',
		sv: 'Alla {count} poster hämtades: var och en anger den föregåendes kontrollsumma, och trädet över dem har den undertecknade roten.',
		da: 'Alle {count} poster blev hentet: hver angiver den forriges kontrolsum, og træet over dem har den underskrevne rod.',
	},
	check_chain_bad: {
		en: 'The chain is broken at entry {seq}.',
		sv: 'Kedjan är bruten vid post {seq}.',
		da: 'Kæden er brudt ved post {seq}.',
	},
	check_chain_root_bad: {
		en: 'The tree over the {count} entries as fetched has another root than the signed one.',
		sv: 'Trädet över de {count} hämtade posterna har en annan rot än den undertecknade.',
		da: 'Træet over de {count} hentede poster har en anden rod end den underskrevne.',
	},
	check_chain_skipped: {
		en: 'The {size} entries themselves were not all fetched; the button below does that.',
		sv: 'Alla {size} poster hämtades inte; knappen nedan gör det.',
		da: 'Alle {size} poster blev ikke hentet; knappen nedenfor gør det.',
	},
	check_note_bad: {
		en: 'The head is not a checkpoint: {why}.',
		sv: 'Läget är ingen kontrollpunkt: {why}.',
		da: 'Hovedet er ikke et kontrolpunkt: {why}.',
	},
	check_stopped: {
		en: 'The check could not be finished: {why}',
		sv: 'Kontrollen kunde inte slutföras: {why}',
		da: 'Kontrollen kunne ikke fuldføres: {why}',
	},
	your_key: {
		en: 'The key that you were given',
		sv: 'Nyckeln som du fått',
		da: 'Nøglen, du har fået',
	},
	your_key_text: {
		en: 'An auditor holds one thing that did not come from this server: the checkpoint verifier key. Paste it here and the page believes no other.',
		sv: 'En revisor har en sak som inte kom från servern: kontrollpunktens verifieringsnyckel. Klistra in den här, så tror sidan ingen annan.',
		da: 'En revisor har én ting, der ikke kom fra serveren: kontrolpunktets verifikationsnøgle. Indsæt den her, så tror siden ingen anden.',
	},
	vkey: {
		en: 'Verifier key',
		sv: 'Verifieringsnyckel',
		da: 'Verifikationsnøgle',
	},
	vkey_use: {
		en: 'Use this key',
		sv: 'Använd nyckeln',
		da: 'Brug nøglen',
	},
	vkey_wrong: {
		en: 'This is not a checkpoint verifier key of {origin}.',
		sv: 'Det här är ingen verifieringsnyckel för {origin}.',
		da: 'Dette er ikke en verifikationsnøgle til {origin}.',
	},
	forget: {
		en: 'Forget key and head',
		sv: 'Glöm nyckel och läge',
		da: 'Glem nøgle og hoved',
	},
	remembered: {
		en: 'Remembered: the head of {size} entries, seen {when}.',
		sv: 'Ihågkommet: läget med {size} poster, sett {when}.',
		da: 'Husket: hovedet med {size} poster, set {when}.',
	},
	verify_limits: {
		en: 'This shows that the ledger is signed, whole and only grows. Whether every statement follows from the terms is shown by an offline replay of the bundle. The page\'s own code comes from the server, too: who must not rely on it uses the offline programs.',
		sv: 'Detta visar att huvudboken är undertecknad, hel och bara växer. Att varje avräkning följer av villkoren visas när paketet räknas om utan nät. Även sidans kod kommer från servern: den som inte får lita på den använder programmen utan nät.',
		da: 'Dette viser, at hovedbogen er underskrevet, hel og kun vokser. At hver afregning følger af vilkårene, vises ved at regne pakken om uden net. Også sidens kode kommer fra serveren: den, der ikke må stole på den, bruger programmerne uden net.',
	},
	role_public: {
		en: 'public',
		sv: 'allmänheten',
		da: 'offentligheden',
	},
	role_funder: {
		en: 'funder',
		sv: 'finansiär',
		da: 'finansieringskilde',
	},
	role_provider: {
		en: 'provider',
		sv: 'utförare',
		da: 'udbyder',
	},
	role_verifier: {
		en: 'verifier',
		sv: 'granskare',
		da: 'verifikator',
	},
	role_auditor: {
		en: 'auditor',
		sv: 'revisor',
		da: 'revisor',
	},
	role_operator: {
		en: 'operator',
		sv: 'bokförare',
		da: 'bogfører',
	},
	role_evaluator: {
		en: 'evaluator',
		sv: 'utvärderare',
		da: 'evaluator',
	},
	role_resolver: {
		en: 'resolver of disputes',
		sv: 'avgör tvister',
		da: 'afgør tvister',
	},
	role_investor: {
		en: 'investor',
		sv: 'investerare',
		da: 'investor',
	},
	role_guarantor: {
		en: 'guarantor',
		sv: 'garant',
		da: 'garant',
	},
	role_source: {
		en: 'source',
		sv: 'uppgiftslämnare',
		da: 'kilde',
	},
	status_proposed: {
		en: 'proposed',
		sv: 'föreslaget',
		da: 'foreslået',
	},
	status_in_force: {
		en: 'in force',
		sv: 'gällande',
		da: 'i kraft',
	},
	status_terminated: {
		en: 'terminated',
		sv: 'avslutat',
		da: 'ophørt',
	},
	kind_employment: {
		en: 'Employment',
		sv: 'Anställning',
		da: 'Ansættelse',
	},
	kind_self_employment: {
		en: 'Self-employment',
		sv: 'Eget företag',
		da: 'Selvstændig',
	},
	kind_education: {
		en: 'Education',
		sv: 'Utbildning',
		da: 'Uddannelse',
	},
	kind_spell: {
		en: 'Spell',
		sv: 'Period',
		da: 'Periode',
	},
	kind_ips_support: {
		en: 'IPS support',
		sv: 'IPS-stöd',
		da: 'IPS-støtte',
	},
	reason_reached: {
		en: 'reached',
		sv: 'uppnått',
		da: 'nået',
	},
	reason_period: {
		en: 'for the period',
		sv: 'för perioden',
		da: 'for perioden',
	},
	reason_reversed: {
		en: 'reversed',
		sv: 'återfört',
		da: 'tilbageført',
	},
	reason_gap: {
		en: 'gap too long',
		sv: 'för långt avbrott',
		da: 'for langt ophold',
	},
	reason_group: {
		en: 'not in the group',
		sv: 'inte i gruppen',
		da: 'ikke i gruppen',
	},
	reason_limit: {
		en: 'at the cap',
		sv: 'vid taket',
		da: 'ved loftet',
	},
	reason_proof: {
		en: 'proof is missing',
		sv: 'bevis saknas',
		da: 'bevis mangler',
	},
	reason_until: {
		en: 'too late',
		sv: 'för sent',
		da: 'for sent',
	},
	reason_times: {
		en: 'more often than counts',
		sv: 'fler gånger än som räknas',
		da: 'flere gange end der tæller',
	},
	reason_after: {
		en: 'an earlier step is missing',
		sv: 'ett tidigare steg saknas',
		da: 'et tidligere trin mangler',
	},
	reason_floor: {
		en: 'minimum of the period',
		sv: 'periodens lägsta belopp',
		da: 'periodens mindstebeløb',
	},
	reason_changed: {
		en: 'recomputed',
		sv: 'omräknat',
		da: 'genberegnet',
	},
	reason_moved: {
		en: 'moved to another posting',
		sv: 'flyttat till annan kontering',
		da: 'flyttet til anden postering',
	},
	reason_decided: {
		en: 'dispute decided',
		sv: 'tvist avgjord',
		da: 'tvist afgjort',
	},
	reason_claim: {
		en: 'claim is missing',
		sv: 'anspråk saknas',
		da: 'krav mangler',
	},
	reason_window: {
		en: 'outside the window',
		sv: 'utanför fönstret',
		da: 'uden for vinduet',
	},
	reason_unless: {
		en: 'ruled out',
		sv: 'uteslutet',
		da: 'udelukket',
	},
	reason_pending: {
		en: 'not known yet',
		sv: 'inte känt än',
		da: 'ikke kendt endnu',
	},
	reason_price: {
		en: 'price is zero',
		sv: 'priset är noll',
		da: 'prisen er nul',
	},
	event_ledger_opened: {
		en: 'Ledger opened',
		sv: 'Huvudbok öppnad',
		da: 'Hovedbog åbnet',
	},
	event_ledger_closed: {
		en: 'Ledger closed',
		sv: 'Huvudbok stängd',
		da: 'Hovedbog lukket',
	},
	event_ledger_upgraded: {
		en: 'Ledger upgraded',
		sv: 'Huvudbok uppgraderad',
		da: 'Hovedbog opgraderet',
	},
	event_party_registered: {
		en: 'Party registered',
		sv: 'Part registrerad',
		da: 'Part registreret',
	},
	event_key_registered: {
		en: 'Key registered',
		sv: 'Nyckel registrerad',
		da: 'Nøgle registreret',
	},
	event_key_confirmed: {
		en: 'Key confirmed',
		sv: 'Nyckel bekräftad',
		da: 'Nøgle bekræftet',
	},
	event_key_revoked: {
		en: 'Key revoked',
		sv: 'Nyckel återkallad',
		da: 'Nøgle tilbagekaldt',
	},
	event_token_revoked: {
		en: 'Token revoked',
		sv: 'Åtkomstnyckel återkallad',
		da: 'Token tilbagekaldt',
	},
	event_contract_proposed: {
		en: 'Contract proposed',
		sv: 'Avtal föreslaget',
		da: 'Kontrakt foreslået',
	},
	event_contract_signed: {
		en: 'Contract signed',
		sv: 'Avtal undertecknat',
		da: 'Kontrakt underskrevet',
	},
	event_contract_amended: {
		en: 'Contract amended',
		sv: 'Avtal ändrat',
		da: 'Kontrakt ændret',
	},
	event_contract_terminated: {
		en: 'Contract terminated',
		sv: 'Avtal avslutat',
		da: 'Kontrakt ophørt',
	},
	event_participant_enrolled: {
		en: 'Enrolled',
		sv: 'Inskriven',
		da: 'Indskrevet',
	},
	event_participant_changed: {
		en: 'Particulars changed',
		sv: 'Uppgifter ändrade',
		da: 'Oplysninger ændret',
	},
	event_participant_transferred: {
		en: 'Transferred',
		sv: 'Överförd',
		da: 'Overført',
	},
	event_participant_exited: {
		en: 'Exited',
		sv: 'Utskriven',
		da: 'Udskrevet',
	},
	event_participant_assigned: {
		en: 'Assigned',
		sv: 'Tilldelad',
		da: 'Tildelt',
	},
	event_participants_joined: {
		en: 'Pseudonyms joined',
		sv: 'Pseudonymer sammanförda',
		da: 'Pseudonymer forenet',
	},
	event_consent_given: {
		en: 'Consent given',
		sv: 'Samtycke givet',
		da: 'Samtykke givet',
	},
	event_consent_withdrawn: {
		en: 'Consent withdrawn',
		sv: 'Samtycke återtaget',
		da: 'Samtykke trukket tilbage',
	},
	event_spell_started: {
		en: 'Spell started',
		sv: 'Period började',
		da: 'Periode begyndt',
	},
	event_spell_changed: {
		en: 'Spell changed',
		sv: 'Period ändrad',
		da: 'Periode ændret',
	},
	event_spell_confirmed: {
		en: 'Spell confirmed',
		sv: 'Period bekräftad',
		da: 'Periode bekræftet',
	},
	event_spell_ended: {
		en: 'Spell ended',
		sv: 'Period slutade',
		da: 'Periode sluttet',
	},
	event_earnings_reported: {
		en: 'Earnings reported',
		sv: 'Inkomst rapporterad',
		da: 'Indkomst rapporteret',
	},
	event_activity_logged: {
		en: 'Support logged',
		sv: 'Stöd loggat',
		da: 'Støtte registreret',
	},
	event_milestone_reached: {
		en: 'Milestone reached',
		sv: 'Delmål uppnått',
		da: 'Delmål nået',
	},
	event_status_reported: {
		en: 'Status reported',
		sv: 'Ställning rapporterad',
		da: 'Status rapporteret',
	},
	event_feed_completed: {
		en: 'Feed completed',
		sv: 'Flöde fullständigt',
		da: 'Datastrøm fuldstændig',
	},
	event_claim_made: {
		en: 'Claim made',
		sv: 'Anspråk framställt',
		da: 'Krav fremsat',
	},
	event_measurement_recorded: {
		en: 'Measurement recorded',
		sv: 'Mätning införd',
		da: 'Måling indført',
	},
	event_flow_recorded: {
		en: 'Flow recorded',
		sv: 'Flöde infört',
		da: 'Strøm indført',
	},
	event_claim_attested: {
		en: 'Attestation',
		sv: 'Granskning',
		da: 'Attestation',
	},
	event_event_corrected: {
		en: 'Correction',
		sv: 'Rättelse',
		da: 'Rettelse',
	},
	event_event_retracted: {
		en: 'Retraction',
		sv: 'Återtagande',
		da: 'Tilbagetrækning',
	},
	event_dispute_opened: {
		en: 'Dispute opened',
		sv: 'Tvist öppnad',
		da: 'Tvist åbnet',
	},
	event_dispute_resolved: {
		en: 'Dispute resolved',
		sv: 'Tvist avgjord',
		da: 'Tvist afgjort',
	},
	event_settlement_line: {
		en: 'Statement line',
		sv: 'Avräkningsrad',
		da: 'Afregningslinje',
	},
	event_settlement_basis: {
		en: 'Basis of a line',
		sv: 'Radens underlag',
		da: 'Linjens grundlag',
	},
	event_settlement_issued: {
		en: 'Statement issued',
		sv: 'Avräkning utfärdad',
		da: 'Afregning udstedt',
	},
	event_settlement_approved: {
		en: 'Statement approved',
		sv: 'Avräkning godkänd',
		da: 'Afregning godkendt',
	},
	event_settlement_acknowledged: {
		en: 'Error acknowledged',
		sv: 'Fel vidgått',
		da: 'Fejl erkendt',
	},
	event_payment_made: {
		en: 'Payment made',
		sv: 'Betalning gjord',
		da: 'Betaling foretaget',
	},
	event_payment_received: {
		en: 'Payment received',
		sv: 'Betalning mottagen',
		da: 'Betaling modtaget',
	},
	event_data_erased: {
		en: 'Data erased',
		sv: 'Uppgifter utplånade',
		da: 'Data slettet',
	},
	event_padding_added: {
		en: 'Padding',
		sv: 'Utfyllnad',
		da: 'Udfyldning',
	},
	payment_placed_pay: {
		en: 'In work',
		sv: 'I arbete',
		da: 'I arbejde',
	},
	payment_retained_6_pay: {
		en: 'Retained 6 months',
		sv: 'Kvar efter 6 månader',
		da: 'Fastholdt 6 måneder',
	},
	payment_retained_12_pay: {
		en: 'Retained 12 months',
		sv: 'Kvar efter 12 månader',
		da: 'Fastholdt 12 måneder',
	},
	payment_support_pay: {
		en: 'Support',
		sv: 'Stöd',
		da: 'Støtte',
	},
	payment_target_pay: {
		en: 'Target',
		sv: 'Mål',
		da: 'Mål',
	},
	limit_support_cap: {
		en: 'Cap on support',
		sv: 'Tak för stöd',
		da: 'Loft for støtte',
	},
	limit_person_cap: {
		en: 'Cap for each person',
		sv: 'Tak per person',
		da: 'Loft pr. person',
	},
	limit_year_cap: {
		en: 'Cap for each year',
		sv: 'Tak per år',
		da: 'Loft pr. år',
	},
	contract_jonkoping_ips: {
		en: 'IPS Jönköping',
		sv: 'IPS Jönköping',
		da: 'IPS Jönköping',
	},
};
