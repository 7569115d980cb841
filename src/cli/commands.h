/* commands.h - what each command does, one function a row of the table in commands.c. */
#ifndef UTFALL_COMMANDS_H
#define UTFALL_COMMANDS_H

#include "command.h"

typedef enum rc command_fn(struct call *call, struct err *e);

command_fn cmd_init, cmd_verify, cmd_checkpoint_show, cmd_bundle;	/* cmd_ledger.c */
command_fn cmd_key_new, cmd_key_show, cmd_key_list, cmd_key_add, cmd_key_confirm,
	cmd_key_revoke;	/* cmd_key.c */
command_fn cmd_token_mint, cmd_token_revoke;	/* cmd_token.c */
command_fn cmd_party_add, cmd_party_list;	/* cmd_party.c */
command_fn cmd_contract_check, cmd_contract_propose, cmd_contract_amend,
	cmd_contract_sign;			/* cmd_contract.c */
command_fn cmd_contract_list, cmd_contract_show, cmd_statement_list,
	cmd_dispute_list;			/* cmd_list.c */
command_fn cmd_sign, cmd_submit;		/* cmd_sign.c */
command_fn cmd_attest, cmd_correct, cmd_retract;	/* cmd_fact.c */
command_fn cmd_events;				/* cmd_events.c */
command_fn cmd_settle, cmd_statement_show, cmd_statement_explain, cmd_balance,
	cmd_outlook;				/* cmd_settle.c */
command_fn cmd_statement_sign;			/* cmd_statement_sign.c */
command_fn cmd_export_lines, cmd_export_journal, cmd_export_payments;	/* cmd_export.c */
command_fn cmd_statement_approve, cmd_statement_acknowledge, cmd_dispute_open, cmd_dispute_resolve,
	cmd_pay_made, cmd_pay_received, cmd_close;	/* cmd_money.c */
command_fn cmd_backtest;			/* cmd_backtest.c */
command_fn cmd_sample;			/* cmd_sample.c */
command_fn cmd_forecast;			/* cmd_forecast.c */
command_fn cmd_erase;				/* cmd_erase.c */
command_fn cmd_prove, cmd_publish, cmd_checkpoint_cosign, cmd_checkpoint_add,
	cmd_checkpoint_witness;			/* cmd_proof.c */

#endif
