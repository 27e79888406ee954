# shellcheck shell=sh
# The users, user1 to userUSERS of example.net, as each program reads them.
#
#   users_sipp         sipp's file: name, credentials
#   users_viaduct      CSV for "viaduct user import"
#   users_kamailio     SQL for the table that auth_db reads

users_each() {
	awk -v n="$USERS" -v form="$1" 'BEGIN {
		for (i = 1; i <= n; i++) {
			line = form
			gsub(/%/, i, line)
			print line
		}
	}'
}

users_sipp() {
	echo SEQUENTIAL
	users_each 'user%;[authentication username=user% password=secret%]'
}

users_viaduct() {
	echo aor,password,calls,calls-per-minute
	users_each 'user%@example.net,secret%,10000,10000'
}

users_kamailio() {
	echo 'BEGIN;'
	users_each "INSERT INTO subscriber (username, domain, password)
		VALUES ('user%', 'example.net', 'secret%');"
	echo 'COMMIT;'
}
