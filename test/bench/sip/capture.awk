# tcpdump -tt -A of calls and registrations: of each that was answered with
# 200, the microseconds that its messages were in the server: INVITE and 200,
# REGISTER until 401 and REGISTER until 200.

# the first of its kind; what was sent again tells nothing
function seen(what) {
	if (!((id, what) in at))
		at[id, what] = when
}

function message(  to_server) {
	to_server = to ~ "^" server
	if (method == "INVITE" && code == "")
		seen(to_server ? "asked" : "passed")
	else if (method == "INVITE" && code == 200)
		seen(to_server ? "answered" : "told")
	else if (method == "REGISTER" && code == "")
		seen(cseq == 1 ? "asked" : "again")
	else if (method == "REGISTER" && code == 401)
		seen("challenged")
	else if (method == "REGISTER" && code == 200)
		seen("told")
	if (code == 200 && !to_server && (id, "asked") in at)
		finished[id] = 1
}

/^[0-9]+\.[0-9]+ IP / {
	split($1, t, ".")
	when = (t[1] % 100000) * 1000000 + t[2]
	to = $5
	code = method = id = ""
	next
}

/SIP\/2\.0 [1-6][0-9][0-9] / && !method {
	match($0, /SIP\/2\.0 [1-6]/)
	code = substr($0, RSTART + 8, 3)
	next
}

/^Call-ID:/ { id = $2 }

# it comes after Call-ID in all of sipp's scenarios and in what servers make
# of them
/^CSeq:/ {
	cseq = $2
	method = $3
	sub(/\r/, "", method)
	message()
}

function between(from, to) {
	return at[id, to] - at[id, from]
}

END {
	for (id in finished) {
		if ((id, "passed") in at && (id, "answered") in at) {
			inside = between("asked", "passed")
			inside += between("answered", "told")
		} else if ((id, "challenged") in at) {
			inside = between("asked", "challenged")
			inside += between("again", "told")
		} else
			continue
		print inside
	}
}
