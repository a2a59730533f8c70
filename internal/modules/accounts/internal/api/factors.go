// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/accounts/internal/core"
	"tinhso.vn/internal/platform/db"
)

type passkeyItem struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Made    db.Time `json:"made"`
	Used    db.Time `json:"used"`
	Removed bool    `json:"removed"`
}

type safetyOut struct {
	Body struct {
		Authenticator bool          `json:"authenticator"`
		Passkeys      []passkeyItem `json:"passkeys"`
		Codes         int           `json:"recovery_codes" doc:"that still count"`
		SecondFactor  string        `json:"second_factor" doc:"offered or required"`
		RequiredFrom  string        `json:"required_from,omitempty"`
		PasswordSet   db.Time       `json:"password_set"`
	}
}

func (o operations) safety(ctx context.Context, _ *nothing) (*safetyOut, error) {
	v, err := o.svc.Safety(ctx, identity.From(ctx))
	out := &safetyOut{}
	b := &out.Body
	b.Authenticator, b.Codes, b.PasswordSet, b.Passkeys = v.Factors.TOTP, v.Factors.Codes, v.PasswordAt, []passkeyItem{}
	b.SecondFactor, b.RequiredFrom = string(v.Rule.SecondFactor), v.Rule.RequiredFrom
	for _, k := range v.Factors.Passkeys {
		b.Passkeys = append(b.Passkeys, passkeyItem{k.ID, k.Name, k.Made, k.Used, !k.Removed.IsZero()})
	}
	return out, err
}

type changeIn struct {
	Agent string `header:"User-Agent" maxLength:"1000"`
	Body  struct {
		Old string `json:"old" maxLength:"200"`
		New string `json:"new" maxLength:"200"`
	}
}

type changeOut struct {
	Body struct {
		Token    string `json:"token,omitempty" doc:"the session goes on under this token"`
		Strength string `json:"strength" doc:"weak, fair or strong"`
		Ended    int    `json:"ended" doc:"sessions elsewhere"`
	}
}

func (o operations) password(ctx context.Context, in *changeIn) (*changeOut, error) {
	c, err := o.svc.ChangePassword(ctx, identity.From(ctx), core.NewPassword{
		Old: in.Body.Old, New: in.Body.New, Again: in.Body.New, From: from(ctx, in.Agent),
	})
	out := &changeOut{}
	out.Body.Token, out.Body.Strength, out.Body.Ended = c.Token, string(c.Strength), c.Ended
	return out, err
}

type secretOut struct {
	Body struct {
		Secret  string `json:"secret"`
		Address string `json:"address" doc:"what the QR code says"`
	}
}

func (o operations) beginTOTP(ctx context.Context, _ *nothing) (*secretOut, error) {
	s, err := o.svc.BeginTOTP(ctx, identity.From(ctx))
	out := &secretOut{}
	out.Body.Secret, out.Body.Address = s.Text, s.Address
	return out, err
}

type codeIn struct {
	Body struct {
		Code string `json:"code" maxLength:"60"`
	}
}

type changedOut struct {
	Body struct {
		Token string   `json:"token,omitempty" doc:"the session goes on under this token"`
		Codes []string `json:"recovery_codes,omitempty" doc:"of the first factor; shown once"`
		ID    string   `json:"id,omitempty"`
	}
}

func changed(c core.Changed, err error) (*changedOut, error) {
	out := &changedOut{}
	out.Body.Token, out.Body.Codes, out.Body.ID = c.Token, c.Codes, c.ID
	return out, err
}

func (o operations) confirmTOTP(ctx context.Context, in *codeIn) (*changedOut, error) {
	return changed(o.svc.ConfirmTOTP(ctx, identity.From(ctx), in.Body.Code))
}

func (o operations) removeTOTP(ctx context.Context, _ *nothing) (*nothing, error) {
	return nil, o.svc.RemoveTOTP(ctx, identity.From(ctx))
}

func (o operations) makeCodes(ctx context.Context, _ *nothing) (*changedOut, error) {
	codes, err := o.svc.MakeCodes(ctx, identity.From(ctx))
	return changed(core.Changed{Codes: codes}, err)
}

type askedOut struct {
	Body struct {
		Step    string          `json:"step" doc:"send it with the answer"`
		Options json.RawMessage `json:"options" doc:"WebAuthn"`
	}
}

func (o operations) beginKey(ctx context.Context, _ *nothing) (*askedOut, error) {
	asked, err := o.svc.BeginPasskey(ctx, identity.From(ctx))
	out := &askedOut{}
	out.Body.Step, out.Body.Options = asked.Step, asked.Options
	return out, err
}

type newKeyIn struct {
	Body struct {
		Step   string          `json:"step" maxLength:"100"`
		Name   string          `json:"name" maxLength:"200"`
		Answer json.RawMessage `json:"answer"`
	}
}

func (o operations) addKey(ctx context.Context, in *newKeyIn) (*changedOut, error) {
	return changed(o.svc.AddPasskey(ctx, identity.From(ctx), in.Body.Step, in.Body.Name, in.Body.Answer))
}

type keyIn struct {
	Key string `path:"key" maxLength:"100"`
}

type keyNameIn struct {
	Key  string `path:"key" maxLength:"100"`
	Body struct {
		Name string `json:"name" maxLength:"200"`
	}
}

func (o operations) nameKey(ctx context.Context, in *keyNameIn) (*nothing, error) {
	return nil, o.svc.NamePasskey(ctx, identity.From(ctx), in.Key, in.Body.Name)
}

func (o operations) removeKey(ctx context.Context, in *keyIn) (*nothing, error) {
	return nil, o.svc.RemovePasskey(ctx, identity.From(ctx), in.Key)
}

func (o operations) restoreKey(ctx context.Context, in *keyIn) (*nothing, error) {
	return nil, o.svc.RestorePasskey(ctx, identity.From(ctx), in.Key)
}

type recoveriesIn struct {
	Before string `query:"before" maxLength:"100"`
}

type request struct {
	ID       string  `json:"id"`
	Login    string  `json:"login"`
	Name     string  `json:"name"`
	Reason   string  `json:"reason"`
	Asker    string  `json:"asker"`
	Approver string  `json:"approver,omitempty"`
	State    string  `json:"state"`
	Asked    db.Time `json:"asked"`
	Ends     db.Time `json:"ends"`
}

type recoveriesOut struct {
	Body struct {
		Items []request `json:"items"`
		Next  string    `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) recoveries(ctx context.Context, in *recoveriesIn) (*recoveriesOut, error) {
	found, next, err := o.svc.Recoveries(ctx, identity.From(ctx), in.Before)
	out := &recoveriesOut{}
	out.Body.Items, out.Body.Next = []request{}, next
	for _, r := range found {
		out.Body.Items = append(out.Body.Items, request{r.ID, r.Login, r.Name, r.Reason, r.Asker, r.Approver, string(r.State), r.Asked, r.Ends})
	}
	return out, err
}

type askIn struct {
	Body struct {
		Login  string `json:"login" maxLength:"100"`
		Reason string `json:"reason" maxLength:"1000"`
	}
}

type askOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (o operations) askRecovery(ctx context.Context, in *askIn) (*askOut, error) {
	id, err := o.svc.AskRecovery(ctx, identity.From(ctx), in.Body.Login, in.Body.Reason)
	out := &askOut{}
	out.Body.ID = id
	return out, err
}

type requestIn struct {
	Request string `path:"request" maxLength:"100"`
}

type approveOut struct {
	Body struct {
		Code string `json:"code" doc:"to be handed over in person; shown once"`
	}
}

func (o operations) approve(ctx context.Context, in *requestIn) (*approveOut, error) {
	code, err := o.svc.ApproveRecovery(ctx, identity.From(ctx), in.Request)
	out := &approveOut{}
	out.Body.Code = code
	return out, err
}

func (o operations) withdraw(ctx context.Context, in *requestIn) (*nothing, error) {
	return nil, o.svc.WithdrawRecovery(ctx, identity.From(ctx), in.Request)
}
