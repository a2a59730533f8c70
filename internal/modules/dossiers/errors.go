// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import "tinhso.vn/internal/platform/errs"

// What can go wrong. Conflicts that somebody else caused carry who and when.
var (
	ErrNotFound        = errs.New(errs.NotFound, "dossiers.not_found")
	ErrDraftNotFound   = errs.New(errs.NotFound, "dossiers.draft_not_found")
	ErrDraftSent       = errs.New(errs.Conflict, "dossiers.draft_sent") // it is a dossier now; reference
	ErrKeyUsed         = errs.New(errs.Conflict, "dossiers.key_used")   // the idempotency key came with another body
	ErrNoPaper         = errs.New(errs.NotFound, "dossiers.no_such_paper")
	ErrTooManyFiles    = errs.New(errs.Invalid, "dossiers.too_many_files")
	ErrNotInRight      = errs.New(errs.NotFound, "dossiers.not_in_right")   // the right to act for somebody is about other procedures
	ErrNotLocal        = errs.New(errs.Conflict, "dossiers.not_local")      // it is filed on another system
	ErrNotLocalBut     = errs.New(errs.Conflict, "dossiers.not_local_but")  // where
	ErrAbolished       = errs.New(errs.Conflict, "dossiers.abolished")      // the procedure is no more since the draft was begun
	ErrNoCase          = errs.New(errs.Invalid, "dossiers.no_case")         // the procedure has no such case
	ErrCaseFlow        = errs.New(errs.Conflict, "dossiers.case_flow")      // the case is done by another flow than has begun
	ErrCaseMeanwhile   = errs.New(errs.Conflict, "dossiers.case_meanwhile") // somebody else has changed it
	ErrNotOnline       = errs.New(errs.Conflict, "dossiers.not_online")     // it is filed at the counter
	ErrNoAuthority     = errs.New(errs.Conflict, "dossiers.no_authority")
	ErrMovedCode       = errs.New(errs.Conflict, "dossiers.moved_code")    // another dossier has this code; code
	ErrMovedStep       = errs.New(errs.Conflict, "dossiers.moved_step")    // the process has no such step to stand at; step
	ErrMovedProcess    = errs.New(errs.Conflict, "dossiers.moved_process") // the procedure has no process here, and the dossier is open
	ErrMovedStays      = errs.New(errs.Conflict, "dossiers.moved_stays")   // it was worked on here; why
	ErrWrongUnit       = errs.New(errs.Invalid, "dossiers.wrong_unit")
	ErrNotSubmitted    = errs.New(errs.Conflict, "dossiers.not_submitted")    // there is nothing left to accept; status
	ErrAlreadyAccepted = errs.New(errs.Conflict, "dossiers.already_accepted") // who, when
	ErrAlreadyRefused  = errs.New(errs.Conflict, "dossiers.already_refused")
	ErrReasonNeeded    = errs.New(errs.Invalid, "dossiers.reason_needed")
	ErrClaimed         = errs.New(errs.Conflict, "dossiers.already_claimed") // who
	ErrNotYourTurn     = errs.New(errs.Conflict, "dossiers.not_your_turn")   // step
	ErrNothingDrafted  = errs.New(errs.Conflict, "dossiers.nothing_drafted")
	ErrNoSigner        = errs.New(errs.Invalid, "dossiers.no_signer")
	ErrOtherSigner     = errs.New(errs.Conflict, "dossiers.other_signer")   // who
	ErrAlreadySigned   = errs.New(errs.Conflict, "dossiers.already_signed") // who, when
	ErrTemplateGap     = errs.New(errs.Conflict, "dossiers.template_gap")   // name
	ErrResultChanged   = errs.New(errs.Conflict, "dossiers.result_changed")
	ErrAlreadyIssued   = errs.New(errs.Conflict, "dossiers.already_issued")   // who, when
	ErrFileChanged     = errs.New(errs.Conflict, "dossiers.file_changed")     // what is kept is not what was signed
	ErrSignatureBad    = errs.New(errs.Conflict, "dossiers.signature_bad")    // a check of the signatures failed
	ErrNotIssued       = errs.New(errs.Conflict, "dossiers.not_issued")       // there is no result to hand over
	ErrAlreadyGiven    = errs.New(errs.Conflict, "dossiers.already_given")    // who, when
	ErrTooLate         = errs.New(errs.Conflict, "dossiers.too_late")         // the result is decided, or the dossier is over
	ErrNoReceipt       = errs.New(errs.NotFound, "dossiers.no_receipt")       // it was not accepted
	ErrNoResult        = errs.New(errs.NotFound, "dossiers.no_result")        // there is no document yet
	ErrCallNotFound    = errs.New(errs.NotFound, "dossiers.call_not_found")   // no dossier of that code and that number
	ErrTooManyCalls    = errs.New(errs.TooMany, "dossiers.too_many_calls")    // wrong pairs
	ErrNoNumber        = errs.New(errs.Conflict, "dossiers.no_number")        // nowhere a message could go
	ErrTrackNotFound   = errs.New(errs.NotFound, "dossiers.track_not_found")  // no dossier of that reference or code
	ErrWaiting         = errs.New(errs.Conflict, "dossiers.waiting")          // for what people have to add
	ErrNotAsked        = errs.New(errs.Conflict, "dossiers.not_asked")        // nothing is asked for, or not any more
	ErrSameDay         = errs.New(errs.Conflict, "dossiers.same_day")         // decided on the spot: nothing can be asked for later
	ErrNothingAdded    = errs.New(errs.Invalid, "dossiers.nothing_added")     // an answer without papers and words
	ErrNoSupplement    = errs.New(errs.NotFound, "dossiers.no_supplement")    // nothing was ever asked for
	ErrSigning         = errs.New(errs.Conflict, "dossiers.signing")          // somebody is asked for a signature; who
	ErrNoRequest       = errs.New(errs.NotFound, "dossiers.no_request")       // no such request for signatures of the actor
	ErrSamePerson      = errs.New(errs.Conflict, "dossiers.same_person")      // who puts a hold does not lift it
	ErrSignerNamed     = errs.New(errs.Conflict, "dossiers.signer_named")     // a signature is asked of one person by name; who
	ErrNoColleague     = errs.New(errs.Invalid, "dossiers.no_colleague")      // nobody who may do this step there
	ErrNotHeld         = errs.New(errs.Conflict, "dossiers.not_held")         // it is in nobody's hands
	ErrNoOpinion       = errs.New(errs.NotFound, "dossiers.no_opinion")       // none that the actor is asked for, or not any more
	ErrOpinionOver     = errs.New(errs.Conflict, "dossiers.opinion_over")     // it was given or closed; who, when
	ErrNobodyThere     = errs.New(errs.Invalid, "dossiers.nobody_there")      // a unit in which nobody may answer; unit
	ErrTooManySteps    = errs.New(errs.Invalid, "dossiers.too_many_steps")    // max
	ErrMotionOpen      = errs.New(errs.Conflict, "dossiers.motion_open")      // a leader is asked already; who
	ErrNoMotion        = errs.New(errs.NotFound, "dossiers.no_motion")        // none about this dossier
	ErrMotionOver      = errs.New(errs.Conflict, "dossiers.motion_over")      // it was decided or dropped; who, when
	ErrOwnMotion       = errs.New(errs.Conflict, "dossiers.own_motion")       // who asks does not decide
	ErrNoTerm          = errs.New(errs.Conflict, "dossiers.no_term")          // nobody has promised a day
	ErrExtended        = errs.New(errs.Conflict, "dossiers.extended_before")  // as often as the rules allow; times
	ErrNoApology       = errs.New(errs.NotFound, "dossiers.no_apology")       // no other day was given
	ErrNotStopped      = errs.New(errs.NotFound, "dossiers.not_stopped")      // neither stopped nor taken back
	ErrRevoked         = errs.New(errs.Conflict, "dossiers.result_revoked")   // the result counts no more; when
	ErrNoView          = errs.New(errs.NotFound, "dossiers.no_view")          // none that the actor may change
	ErrTooManyViews    = errs.New(errs.Conflict, "dossiers.too_many_views")   // max
	ErrOpenCase        = errs.New(errs.Conflict, "dossiers.open_case")        // it needs a document or a choice: it is not done from a list
	ErrOwnWork         = errs.New(errs.Conflict, "dossiers.own_work")         // nobody reminds themselves
	ErrNotInside       = errs.New(errs.Invalid, "dossiers.not_inside")        // a colleague who does not see the dossier; who
	ErrNoTransfer      = errs.New(errs.NotFound, "dossiers.no_transfer")      // none of the actor's units
	ErrTransferOpen    = errs.New(errs.Conflict, "dossiers.transfer_open")    // it is on its way already; who, when
	ErrTransferOver    = errs.New(errs.Conflict, "dossiers.transfer_over")    // it was received, sent back or taken back; who, when
	ErrNotTheirs       = errs.New(errs.Conflict, "dossiers.not_theirs")       // that unit does not decide such dossiers; unit
	ErrUnitGone        = errs.New(errs.Conflict, "dossiers.unit_gone")        // unit
	ErrUnitMerged      = errs.New(errs.Conflict, "dossiers.unit_merged")      // unit, into
	ErrNoPhrase        = errs.New(errs.NotFound, "dossiers.no_phrase")        // none that the actor may change
	ErrPhraseMeanwhile = errs.New(errs.Conflict, "dossiers.phrase_meanwhile") // who, when
	ErrTooManyPhrases  = errs.New(errs.Conflict, "dossiers.too_many_phrases") // max
	ErrTooManyAtOnce   = errs.New(errs.Invalid, "dossiers.too_many_at_once")  // max
)
