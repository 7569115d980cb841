// verify.js - the page checks the ledger itself and says in words what it did.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ledger, t } from '../state.js';
import { get_all, get_bytes, get_text, maybe } from '../api.js';
import { EVERY_ENTRY_UP_TO, check_ledger, forget, keep_key, remembered_head, remembered_key } from '../check.js';
import { whole } from '../format.js';
import { Page, Progress, html } from '../parts.js';

const MARKS = { good: '✓', bad: '✗', unsure: '?' };

// What the checks need of the server. Heads and tiles are public: they are asked for without
// the token, as anybody would.
export const server = signal => ({
	origin: ledger.value.origin,
	checkpoint: () => get_text('/checkpoint', { signal, bare: true }),
	tile: path => get_bytes(`/${path}`, { signal, bare: true }),
	keys: () => get_all('/v1/keys', { signal }),
	statements: async () => await maybe(get_all('/v1/statements', { signal })) ?? [],
});

const words = row => t(row.key, Object.fromEntries(Object.entries(row)
	.map(([name, value]) => [name, typeof value === 'number' ? whole(value) : value])));

export function Verify()
{
	const [rows, set_rows] = useState([]);
	const [state, set_state] = useState({ name: 'running' });
	const stop = useRef(null);
	const run = every => {
		const mine = new AbortController();
		const list = [];

		stop.current?.abort();
		stop.current = mine;
		set_rows([]);
		set_state({ name: 'running' });
		check_ledger(server(mine.signal), {
			every,
			add: row => { list.push(row); if (!mine.signal.aborted) set_rows([...list]); },
			progress: (done, total) => !mine.signal.aborted && set_state({ name: 'running', done, total }),
		}).then(() => !mine.signal.aborted && set_state({ name: 'done' }), () => {});
	};

	useEffect(() => { run(false); return () => stop.current?.abort(); }, []);
	const verdict = state.name === 'running' ? 'running'
		: rows.some(r => r.state === 'bad') ? 'bad' : rows.some(r => r.state === 'unsure') ? 'unsure' : 'good';

	return html`
		<${Page} title=${t('nav_verify')} lead=${t('verify_lead')}>
			<div role="status" class=${`verdict ${verdict}`}>
				${verdict === 'running' ? html`<${Progress} done=${state.done} total=${state.total} label=${t('checking')} />`
					: html`<p><strong>${t(`verdict_${verdict}`)}</strong></p><p>${t(`verdict_${verdict}_text`)}</p>`}
			</div>
			<ol class="checks">${rows.map(row => html`<li class=${row.state}>
				<span class="mark" aria-hidden="true">${MARKS[row.state]}</span>
				<span><strong class="hidden">${t(`mark_${row.state}`)} </strong>${words(row)}
				${row.vkey && html`<br /><span class="code wrap-anywhere">${row.vkey}</span>`}
				${row.root && html`<br /><span class="code wrap-anywhere">${row.root}</span>`}</span></li>`)}</ol>
			${state.name === 'done' && html`<p class="row">
				<button type="button" onClick=${() => run(false)}>${t('check_again')}</button>
				${ledger.value.size > EVERY_ENTRY_UP_TO && html`<button type="button"
					onClick=${() => run(true)}>${t('check_every', { n: whole(ledger.value.size) })}</button>`}</p>`}
			<${Key} changed=${() => run(false)} />
			<p class="note">${t('verify_limits')}</p>
		</>`;
}

function Key({ changed })
{
	const origin = ledger.value.origin;
	const [text, set] = useState('');
	const [error, set_error] = useState(false);
	const head = remembered_head(origin);
	const submit = async e => {
		e.preventDefault();
		const good = await keep_key(origin, text);

		set_error(!good);
		if (good) {
			set('');
			changed();
		}
	};

	return html`
		<section class="card"><h2>${t('your_key')}</h2>
			<p>${t('your_key_text')}</p>
			<form onSubmit=${submit} autocomplete="off">
				<label for="vkey">${t('vkey')}</label>
				<input id="vkey" type="text" class="code" value=${text} required spellcheck="false" autocomplete="off"
					aria-invalid=${error ? 'true' : null} aria-describedby=${error ? 'vkey-error' : null}
					onInput=${e => set(e.currentTarget.value)} />
				${error && html`<p id="vkey-error" role="alert" class="error">${t('vkey_wrong', { origin })}</p>`}
				<p class="row"><button type="submit">${t('vkey_use')}</button>
				${(head || remembered_key(origin)) && html`<button type="button" class="quiet"
					onClick=${() => { forget(origin); changed(); }}>${t('forget')}</button>`}</p>
			</form>
			${head && html`<p class="note">${t('remembered', { size: whole(head.size), when: head.when })}</p>`}
		</section>`;
}
