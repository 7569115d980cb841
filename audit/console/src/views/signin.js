import { useState } from 'preact/hooks';
import { t, token } from '../state.js';
import { Page, html } from '../parts.js';

export function SignIn({ refused })
{
	const [text, set] = useState('');
	const [wrong, set_wrong] = useState(false);
	const submit = e => {
		const value = text.trim().replace(/^Bearer\s+/i, '');

		e.preventDefault();
		set_wrong(!value.startsWith('v4.public.'));
		if (!value.startsWith('v4.public.'))
			return;
		location.hash = '#/';
		token.value = value;
	};
	const error = wrong ? t('token_shape') : refused ? t('token_refused') : '';

	return html`
		<${Page} title=${t('sign_in')} lead=${t('sign_in_lead')}>
			<form class="card narrow" onSubmit=${submit} autocomplete="off">
				<label for="token">${t('token')}</label>
				<input id="token" type="password" value=${text} required spellcheck="false" autocomplete="off"
					aria-describedby="token-help" aria-invalid=${error === '' ? null : 'true'}
					aria-errormessage=${error === '' ? null : 'token-error'}
					onInput=${e => set(e.currentTarget.value)} />
				${error !== '' && html`<p id="token-error" role="alert" class="error">${error}</p>`}
				<p id="token-help" class="note">${t('token_help')}</p>
				<p class="row"><button type="submit" class="primary">${t('sign_in')}</button>
					${refused && html`<button type="button" onClick=${() => { token.value = ''; location.hash = '#/'; }}
						>${t('without_token')}</button>`}</p>
			</form>
		</>`;
}
