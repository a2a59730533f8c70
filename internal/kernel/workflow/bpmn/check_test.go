// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bpmn

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	s, z := el("startEvent", "s"), el("endEvent", "z")
	and := func(id string) string { return el("parallelGateway", id) }
	xor := func(id, standard string) string { return el("exclusiveGateway", id, `default="`+standard+`"`) }
	answer := `<bpmn:messageEventDefinition messageRef="m"/>`
	for name, v := range map[string]struct{ text, want string }{
		"a line":           {s + user("u") + z + arrows("s u", "u z"), ""},
		"no start":         {user("u") + z + arrows("u z"), "bpmn.no_start"},
		"no end":           {s + user("u") + arrows("s u", "u u"), "bpmn.no_end"},
		"no performer":     {s + el("userTask", "u", `tinhso:due="PT4H"`) + z + arrows("s u", "u z"), "bpmn.no_performer u"},
		"unknown post":     {s + el("userTask", "u", `tinhso:due="PT4H" tinhso:post="king"`) + z + arrows("s u", "u z"), "bpmn.no_performer u"},
		"no deadline":      {s + el("userTask", "u", `tinhso:post="officer"`) + z + arrows("s u", "u z"), "bpmn.no_deadline u"},
		"no handler":       {s + el("serviceTask", "u") + z + arrows("s u", "u z"), "bpmn.no_handler u"},
		"unknown handler":  {s + el("serviceTask", "u", `tinhso:handler="x.nothing"`) + z + arrows("s u", "u z"), "bpmn.no_handler u"},
		"unreachable":      {s + user("u") + user("v") + z + arrows("s u", "u z", "v z"), "bpmn.unreachable v"},
		"no way on":        {s + user("u") + user("v") + z + xor("x", "x_z") + arrows("s u", "u x", "x z", `x v outcome == "v"`), "bpmn.no_way_on v"},
		"no exit":          {s + user("u") + user("v") + user("w") + z + xor("x", "x_z") + arrows("s u", "u x", "x z", `x v outcome == "v"`, "v w", "w v"), "bpmn.no_exit v,bpmn.no_exit w"},
		"no default":       {s + user("u") + z + el("exclusiveGateway", "x") + arrows("s u", "u x", `x z outcome == "a"`, `x u outcome == "b"`), "bpmn.no_default x"},
		"loop back":        {s + user("u") + z + xor("x", "x_z") + arrows("s u", "u x", `x z`, `x u outcome == "b"`), ""},
		"condition":        {s + user("u") + z + xor("x", "x_z") + arrows("s u", "u x", `x z`, `x u amount > 5`), "bpmn.bad_condition x_u"},
		"no condition":     {s + user("u") + z + xor("x", "x_z") + arrows("s u", "u x", `x z`, `x u`), "bpmn.bad_condition x_u"},
		"default with one": {s + user("u") + z + xor("x", "x_z") + arrows("s u", "u x", `x z true`, `x u false`), "bpmn.default_condition x_z"},
		"condition aside":  {s + user("u") + z + arrows("s u", "u z true"), "bpmn.condition_place u_z"},
		"fork and join":    {s + user("u") + user("v") + z + and("f") + and("j") + arrows("s f", "f u", "f v", "u j", "v j", "j z"), ""},
		"fork, no join":    {s + user("u") + user("v") + z + and("f") + arrows("s f", "f u", "f v", "u z", "v z"), "bpmn.not_joined u"},
		"fork, two ends":   {s + user("u") + user("v") + z + el("endEvent", "y") + and("f") + arrows("s f", "f u", "f v", "u z", "v y"), "bpmn.ends_alone"},
		"fork, xor join":   {s + user("u") + user("v") + user("w") + z + and("f") + el("exclusiveGateway", "x") + arrows("s f", "f u", "f v", "u x", "v x", "x w", "w z"), "bpmn.not_joined"},
		"xor, and join":    {s + user("u") + user("v") + z + xor("x", "x_u") + and("j") + arrows("s x", "x u", "x v subject == 'a'", "u j", "v j", "j z"), "bpmn.deadlock j"},
		"jump out of fork": {s + user("u") + user("v") + z + and("f") + and("j") + xor("x", "x_j") + arrows("s f", "f u", "f v", "u x", "x j", "x z outcome == 'q'", "v j", "j z"), "bpmn.ends_alone z"},
		"implicit fork":    {s + user("u") + user("v") + z + arrows("s u", "s v", "u z", "v z"), "bpmn.implicit_fork s"},
		"terminate":        {s + user("u") + user("v") + z + and("f") + `<bpmn:endEvent id="y"><bpmn:terminateEventDefinition/></bpmn:endEvent>` + el("endEvent", "x") + xor("g", "g_y") + arrows("s f", "f u", "f v", "u g", "g y", "g x outcome == 'a'", "v z"), "bpmn.ends_alone"},
		"timer":            {s + catch("c", after("P1D")) + z + arrows("s c", "c z"), ""},
		"no time":          {s + catch("c", "<bpmn:timerEventDefinition/>") + z + arrows("s c", "c z"), "bpmn.no_time c"},
		"a century":        {s + catch("c", after("P100Y")) + z + arrows("s c", "c z"), "bpmn.waits_for_ever c"},
		"message":          {s + catch("c", answer) + z + arrows("s c", "c z"), "bpmn.waits_for_ever c"},
		"no message":       {s + catch("c", "<bpmn:messageEventDefinition/>") + z + arrows("s c", "c z"), "bpmn.no_message c,bpmn.waits_for_ever c"},
		"message or time":  {s + el("eventBasedGateway", "g") + catch("c", answer) + catch("t", after("P30D")) + z + arrows("s g", "g c", "g t", "c z", "t z"), ""},
		"race for ever":    {s + el("eventBasedGateway", "g") + catch("c", answer) + catch("t", answer) + z + arrows("s g", "g c", "g t", "c z", "t z"), "bpmn.waits_for_ever g"},
		"receive bounded":  {s + el("receiveTask", "c", `messageRef="m"`) + on("b", "c", after("P3D")) + z + arrows("s c", "c z", "b z"), ""},
		"bounded outside":  {s + `<bpmn:subProcess id="g">` + el("startEvent", "gs") + catch("c", answer) + el("endEvent", "gz") + arrows("gs c", "c gz") + "</bpmn:subProcess>" + on("b", "g", after("P3D")) + z + arrows("s g", "g z", "b z"), ""},
		"sub without end":  {s + `<bpmn:subProcess id="g">` + el("startEvent", "gs") + user("u") + arrows("gs u", "u u") + "</bpmn:subProcess>" + z + arrows("s g", "g z"), "bpmn.no_end g"},
		"error caught":     {s + `<bpmn:subProcess id="g">` + el("startEvent", "gs") + user("u") + `<bpmn:endEvent id="gz"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>` + arrows("gs u", "u gz") + "</bpmn:subProcess>" + on("b", "g", `<bpmn:errorEventDefinition errorRef="e"/>`) + z + arrows("s g", "g z", "b z"), ""},
		"error not caught": {s + user("u") + `<bpmn:endEvent id="z"><bpmn:errorEventDefinition errorRef="e"/></bpmn:endEvent>` + arrows("s u", "u z"), "bpmn.not_caught z"},
		"spins":            {s + el("exclusiveGateway", "a") + xor("x", "x_z") + z + arrows("s a", "a x", "x z", "x a subject == ''"), "bpmn.spins a,bpmn.spins x"},
		"reminder":         {s + user("u") + on("b", "u", after("P1D"), `cancelActivity="false"`) + el("serviceTask", "n", `tinhso:handler="x.tell"`) + z + el("endEvent", "y") + arrows("s u", "u z", "b n", "n y"), ""},
		"reminder joins":   {s + user("u") + user("v") + on("b", "u", after("P1D"), `cancelActivity="false"`) + z + arrows("s u", "u v", "v z", "b v"), "bpmn.side_joins"},
		"undo":             {s + el("serviceTask", "n", `tinhso:handler="x.tell"`) + on("b", "n", `<bpmn:compensateEventDefinition/>`) + el("serviceTask", "k", `tinhso:handler="x.tell" isForCompensation="true"`) + `<bpmn:association id="as" sourceRef="b" targetRef="k"/>` + z + arrows("s n", "n z"), ""},
		"undo nothing":     {s + el("serviceTask", "n", `tinhso:handler="x.tell"`) + on("b", "n", `<bpmn:compensateEventDefinition/>`) + z + arrows("s n", "n z"), "bpmn.no_undo b"},
		"same person":      {s + el("userTask", "u", `tinhso:post="officer" tinhso:due="PT4H" tinhso:assignee="same:z"`) + z + arrows("s u", "u z"), "bpmn.assignee u"},
	} {
		d, err := Read(process(v.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		wrong := d.Model().Check(Known{
			Post: func(p string) bool { return p == "officer" }, Handler: func(h string) bool { return h == "x.tell" },
		})
		var got []string
		for _, m := range wrong {
			got = append(got, m.Code+" "+m.Element)
		}
		for want := range strings.SplitSeq(v.want, ",") {
			ok := strings.Contains(strings.Join(got, ","), want)
			if v.want == "" && len(got) > 0 || !ok {
				t.Errorf("%s: got %v, want %s", name, got, v.want)
			}
		}
	}
}

// Many branches at once are many situations, and still looked through quickly.
func TestManyBranches(t *testing.T) {
	t.Parallel()
	fork := func(n int) string {
		text := el("startEvent", "s") + el("parallelGateway", "f") + el("parallelGateway", "j") + el("endEvent", "z") + arrows("s f", "j z")
		for i := range n {
			id := "u" + strings.Repeat("x", i+1)
			text += user(id) + arrows("f "+id, id+" j")
		}
		return text
	}
	for n, want := range map[int]int{12: 0, 400: 0} {
		d, err := Read(process(fork(n)))
		if err != nil {
			t.Fatal(err)
		}
		if wrong := d.Model().Check(Known{}); len(wrong) != want {
			t.Errorf("%d branches: %v", n, wrong)
		}
	}
}
