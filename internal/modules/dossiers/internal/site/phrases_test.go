// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site_test

import (
	"net/http"
	"strings"
	"testing"
)

// A clerk keeps phrases, finds them where a supplement is asked for, and refuses with one.
func TestPhrasesAreKeptAndUsed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, p *province) {
		w := p.world
		clerk, id := p.browser(t, w.Clerk), string(w.Submit(t))
		clerk.shown("/cau-mau", "Chưa có câu mẫu", "Thêm câu mẫu")
		clerk.right("too short", clerk.post("/cau-mau", "kind", "supplement", "words", "mờ", "basis", "Điều 9"), http.StatusUnprocessableEntity, `href="#words"`, `value="Điều 9"`)
		clerk.went("save", clerk.post("/cau-mau", "kind", "supplement", "words", "Bản chụp mờ, không đọc được", "basis", "Điều 9"))
		clerk.went("save", clerk.post("/cau-mau", "kind", "refusal", "words", "Không thuộc địa bàn của phường", "basis", "Điều 5"))
		body := clerk.shown("/cau-mau", "Bản chụp mờ, không đọc được", "Không thuộc địa bàn", "Từ chối tiếp nhận").body
		phrase := between(t, body, `/cau-mau?sua=`, `"`)
		clerk.shown("/cau-mau?sua="+phrase, "Sửa câu mẫu", `name="version" value="1"`)
		clerk.right("an older page", clerk.post("/cau-mau", "id", phrase, "version", "7", "kind", "supplement", "words", "Bản chụp bị mờ"), http.StatusConflict, w.Clerk.Name)
		if body := p.browser(t, w.OtherClerk).get("/cau-mau").body; strings.Contains(body, "Bản chụp mờ") {
			t.Error("the other ward sees it")
		}
		ask := clerk.shown("/xu-ly/"+id+"/bo-sung", "<datalist", `list="phrases-to-khai"`, "Bản chụp mờ, không đọc được").body
		if strings.Contains(ask, "Không thuộc địa bàn") {
			t.Error("a phrase of refusals is proposed for a supplement")
		}
		clerk.shown("/xu-ly/"+id, `name="phrase"`, "Không thuộc địa bàn của phường (căn cứ: Điều 5)")
		clerk.went("refuse", clerk.post("/xu-ly/"+id+"/tu-choi", "phrase", "Không thuộc địa bàn của phường (căn cứ: Điều 5)", "reason", "Mời nộp tại phường Châu Đốc"))
		clerk.shown("/xu-ly/"+id, "Không thuộc địa bàn của phường (căn cứ: Điều 5)", "Mời nộp tại phường Châu Đốc")
		clerk.went("remove", clerk.post("/cau-mau/"+phrase+"/xoa"))
		clerk.right("removed twice", clerk.post("/cau-mau/"+phrase+"/xoa"), http.StatusNotFound)
		p.browser(t, w.Citizen).right("a citizen", p.browser(t, w.Citizen).get("/cau-mau"), http.StatusForbidden)
	})
}
