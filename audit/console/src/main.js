// main.js - the frame around the views, and which view a route shows.
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { LANGUAGES, access, href, language, ledger, route, t, theme, token } from './state.js';
import { start } from './api.js';
import { name, party } from './format.js';
import { Empty, Failure, Page, Progress, html } from './parts.js';
import { Home, Overview } from './views/overview.js';
import { Statement } from './views/statement.js';
import { People, Person } from './views/person.js';
import { Verify } from './views/verify.js';
import { Search } from './views/search.js';
import { Entry, Event } from './views/event.js';
import { Forecast } from './views/forecast.js';
import { Terms } from './views/terms.js';
import { SignIn } from './views/signin.js';

const ROUTES = [
	['', Home],
	['contract/:contract', Overview],
	['contract/:contract/terms', Terms],
	['contract/:contract/forecast', Forecast],
	['contract/:contract/people', People],
	['contract/:contract/person/:person', Person],
	['statement/:statement', Statement],
	['statement/:statement/line/:line', Statement],
	['event/:digest', Event],
	['entry/:seq', Entry],
	['verify', Verify],
	['search', Search],
	['signin', SignIn],
];

function find(parts)
{
	for (const [pattern, view] of ROUTES) {
		const wanted = pattern === '' ? [] : pattern.split('/');
		const args = {};

		if (wanted.length !== parts.length)
			continue;
		if (wanted.every((w, i) => w.startsWith(':') ? (args[w.slice(1)] = parts[i], true) : w === parts[i]))
			return { view, args };
	}
	return null;
}

const Missing = () => html`<${Page} title=${t('not_here')}><${Empty}>${t('not_here_text')}</></>`;

function Choice({ label, value, options, change })
{
	return html`<label class="choice"><span class="hidden">${label}</span>
		<select value=${value} onChange=${e => change(e.currentTarget.value)}>${options.map(([id, words]) => html`
			<option value=${id} selected=${id === value} lang=${id in LANGUAGES ? id : null}>${words}</option>`)}
		</select></label>`;
}

function Who()
{
	if (access.value === null || access.value.role === 'public')
		return html`<a class="button" href=${href(['signin'])}>${t('sign_in')}</a>`;
	return html`
		<span class="who"><strong>${party(access.value.party)}</strong> <span class="muted"
			>${name('role', access.value.role)}</span></span>
		<button type="button" class="quiet" onClick=${() => { token.value = ''; location.hash = '#/'; }}
			>${t('sign_out')}</button>`;
}

function Header()
{
	const [first] = route.value.parts;
	const link = (id, to, words) => html`<a href=${to}
		aria-current=${(first ?? '') === id ? 'page' : null}>${words}</a>`;

	return html`
		<header><div class="top noprint">
			<a class="brand" href="#/"><img src="icon.svg" alt="" width="28" height="28" />utfall</a>
			<nav aria-label=${t('nav')}>
				${link('', '#/', t('nav_overview'))}
				${link('verify', '#/verify', t('nav_verify'))}
				${link('search', '#/search', t('nav_search'))}
			</nav>
			<div class="tools">
				<${Choice} label=${t('language')} value=${language.value} options=${Object.entries(LANGUAGES)}
					change=${v => { language.value = v; }} />
				<${Choice} label=${t('theme')} value=${theme.value} change=${v => { theme.value = v; }}
					options=${['auto', 'light', 'dark'].map(id => [id, t(`theme_${id}`)])} />
				<${Who} />
			</div></div>
			${ledger.value?.simulated && html`<p class="simulated">${t('simulated')}</p>`}
		</header>`;
}

function View()
{
	const found = find(route.value.parts);
	const path = route.value.path;

	useEffect(() => {
		scrollTo(0, 0);
		if (View.shown !== undefined && View.shown !== path)
			document.getElementById('title')?.focus({ preventScroll: true });
		View.shown = path;
	}, [path]);
	return found === null ? html`<${Missing} />` : html`<${found.view} ...${found.args} key=${path} />`;
}

function Started()
{
	const [state, set] = useState({ name: 'loading' });
	const begin = () => {
		set({ name: 'loading' });
		start().then(() => set({ name: 'ready' }), error => set({ name: 'error', error }));
	};

	useEffect(begin, [token.value]);
	if (state.name === 'loading')
		return html`<${Page} title="utfall"><${Progress} /></>`;
	if (state.name === 'error' && state.error.status === 401)
		return html`<${SignIn} refused=${true} />`;
	if (state.name === 'error')
		return html`<${Page} title=${t('nav_overview')}><${Failure} error=${state.error} retry=${begin} /></>`;
	return html`<${View} />`;
}

function App()
{
	return html`
		<a class="skip" href="#title" onClick=${e => {
			e.preventDefault();
			document.getElementById('title')?.focus();
		}}>${t('skip')}</a>
		<${Header} />
		<main><${Started} /></main>
		<footer>${ledger.value && html`<p>${t('footer', { origin: ledger.value.origin })}</p>`}</footer>`;
}

const root = document.getElementById('app');

root.replaceChildren();
render(html`<${App} />`, root);
