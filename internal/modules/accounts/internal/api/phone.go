// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/modules/accounts/internal/core"
	"tinhso.vn/internal/platform/web"
)

// phoneRoutes are for who has forgotten the password.
func (o operations) phoneRoutes() []web.Route {
	ask := web.Operation("POST /api/v1/recoveries/phone", "Have a code sent to the phone of an account; the answer is the same whether one was", web.Public(), o.askPhone)
	use := web.Operation("POST /api/v1/recoveries/phone/use", "Set a new password with the code that was sent, and a second proof where the rule wants one", web.Public(), o.byPhone)
	ask.Door, use.Door = web.Narrow, web.Narrow
	return []web.Route{ask, use}
}

type phoneIn struct {
	Agent string `header:"User-Agent" maxLength:"1000"`
	Body  struct {
		Login string `json:"login" maxLength:"100"`
		Phone string `json:"phone" maxLength:"30"`
	}
}

type phoneOut struct {
	Body struct {
		Step string `json:"step" doc:"send it with the code, within ten minutes"`
	}
}

func (o operations) askPhone(ctx context.Context, in *phoneIn) (*phoneOut, error) {
	out := &phoneOut{}
	step, err := o.svc.AskPhone(ctx, core.PhoneAsk{Login: in.Body.Login, Phone: in.Body.Phone, From: from(ctx, in.Agent)})
	out.Body.Step = step
	return out, err
}

type phoneUseIn struct {
	Agent string `header:"User-Agent" maxLength:"1000"`
	Body  struct {
		Step  string `json:"step" maxLength:"100"`
		Code  string `json:"code" maxLength:"60"`
		Proof string `json:"proof,omitempty" maxLength:"60" doc:"of an authenticator, or a recovery code"`
		New   string `json:"new" maxLength:"200"`
	}
}

func (o operations) byPhone(ctx context.Context, in *phoneUseIn) (*nothing, error) {
	return nil, o.svc.RecoverByPhone(ctx, in.Body.Step, core.PhoneAnswer{
		Code: in.Body.Code, Proof: in.Body.Proof, NewPassword: core.NewPassword{New: in.Body.New, Again: in.Body.New, From: from(ctx, in.Agent)},
	})
}
