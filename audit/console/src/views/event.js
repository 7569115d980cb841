// event.js - one event, one entry; each checked against the signed head on demand.
import { useState } from 'preact/hooks';
import { href, t } from '../state.js';
import { get, useLoad } from '../api.js';
import { check_entry, event_digest } from '../check.js';
import { Tiles } from '../merkle.js';
import { checkpoint_read } from '../note.js';
import { instant, money, name, party, short, whole } from '../format.js';
import { Digest, Fields, Loaded, Page, Person, Tag, html } from '../parts.js';
import { Standing } from './person.js';
import { server } from './verify.js';

export function Event({ digest })
{
	const load = useLoad(async ({ signal }) => {
		const e = await get(`/v1/events/${digest}`, { signal });

		return { e, computed: e.event ? await event_digest(e.event) : undefined };
	}, [digest]);
	const title = load.state === 'ready' ? name('event', load.data.e.type) : t('event');

	return html`
		<${Page} title=${title} lead=${html`<span class="code wrap-anywhere">${digest}</span>`}>
			<${Loaded} load=${load}>${({ e, computed }) => html`
				<${Fields} rows=${[
					[t('recorded'), instant(e.at)],
					[t('sender'), party(e.sender)],
					[t('entry'), html`<a href=${href(['entry', String(e.seq)])}>${whole(e.seq)}</a>`],
					e.participant && e.contract ? [t('participant'),
						html`<${Person} contract=${e.contract} pseudonym=${e.participant} />`] : null,
					[t('state'), html`<${Standing} event=${e} />`],
					e.verdict_by ? [t('verdict_by'), html`${party(e.verdict_by)} <${Digest} digest=${e.verdict_event} />`] : null,
					e.replaced_by ? [t('replaced_by'), html`<${Digest} digest=${e.replaced_by} />`] : null,
				]} />
				${computed !== undefined && html`<p class=${`notice ${computed === digest ? 'good' : 'bad'}`}>
					${t(computed === digest ? 'digest_good' : 'digest_bad')}</p>`}
				<${InTree} seq=${e.seq} digest=${digest} />
				${e.event ? html`<section><h2>${t('body')}</h2><${Body} body=${e.event.body} /></section>`
					: html`<p class="notice">${t('event_erased')}</p>`}`}</>
		</>`;
}

export function Entry({ seq })
{
	const load = useLoad(({ signal }) => get(`/v1/entries/${seq}`, { signal }), [seq]);

	return html`
		<${Page} title=${t('entry_n', { n: seq })}>
			<${Loaded} load=${load}>${e => html`
				<${Fields} rows=${[
					[t('recorded'), instant(e.entry.at)],
					e.entry.event ? [t('event'), html`<${Digest} digest=${e.entry.event} />`] : null,
					e.entry.submission ? [t('signed_with'), html`<span class="code">${e.entry.submission.key}</span>`]
						: [t('submission'), html`<a href=${href(['entry', String(e.submission)])}>${t('entry_n', { n: e.submission })}</a>`],
					e.entry.submission ? [t('events'), whole(e.entry.submission.count)] : null,
					[t('leaf'), html`<span class="code wrap-anywhere">${e.leaf}</span>`],
					[t('prev'), html`<span class="code wrap-anywhere">${e.entry.prev}</span>`],
				]} />
				<${InTree} seq=${e.seq} digest=${e.entry.event} />
				<p class="row">${e.seq > 0 && html`<a class="button" href=${href(['entry', String(e.seq - 1)])}>${t('entry_before')}</a>`}
				<a class="button" href=${href(['entry', String(e.seq + 1)])}>${t('entry_after')}</a></p>`}</>
		</>`;
}

function InTree({ seq, digest })
{
	const [state, set] = useState('idle');
	const run = async () => {
		set('running');
		try {
			const ask = server();
			const checkpoint = checkpoint_read(await ask.checkpoint());
			const good = await check_entry(new Tiles(checkpoint.size, ask.tile), checkpoint, seq, digest);

			set(good ? 'good' : 'bad');
		} catch {
			set('bad');
		}
	};

	return html`<p role="status" class=${`notice ${state === 'good' || state === 'bad' ? state : ''}`}>
		${state === 'idle' ? html`<button type="button" onClick=${run}>${t('in_tree')}</button>`
			: t(`in_tree_${state}`, { seq: whole(seq) })}</p>`;
}

const HASH = /^[0-9a-f]{64}$/;

// Minor units of money read as a hundred times what they are: both are shown.
const is_amount = (id, value, body) => id === 'amount' && Number.isInteger(value) && typeof body.unit === 'string';

function Body({ body })
{
	if (Array.isArray(body))
		return html`<ul class="plain">${body.map(item => html`<li><${Body} body=${item} /></li>`)}</ul>`;
	if (body !== null && typeof body === 'object')
		return html`<${Fields} rows=${Object.entries(body).map(([id, value]) =>
			[html`<span class="code">${id}</span>`, is_amount(id, value, body)
				? html`${money(value, body.unit)} <span class="note">(${value})</span>`
				: html`<${Body} body=${value} />`])} />`;
	if (typeof body === 'string' && HASH.test(body))
		return html`<a class="code" href=${href(['search'], { q: body })} title=${body}>${short(body)}…</a>`;
	return html`<span class="wrap-anywhere">${typeof body === 'boolean'
		? html`<${Tag}>${String(body)}</>` : String(body)}</span>`;
}
