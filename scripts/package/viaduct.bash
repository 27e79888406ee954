# Completion for bash: viaduct itself knows what may come next. Where it has
# nothing to say, file names are offered.
_viaduct() {
	local line=${COMP_LINE:0:COMP_POINT} breaks cur words
	# whole words: bash would cut alice@example.net and 2001:db8::1
	read -ra words <<<"$line"
	[[ $line == *[[:space:]] ]] && words+=("")
	cur=${words[-1]}
	mapfile -t COMPREPLY < <("${words[0]}" --complete "${words[@]:1}" \
		2>/dev/null)
	# a key waits for its value
	[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] &&
		compopt -o nospace
	# and it replaces only what is behind the last such cut
	breaks=${COMP_WORDBREAKS//[^@:=]/}
	[[ -n $breaks && $cur == *["$breaks"]* ]] &&
		COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*["$breaks"]}"}"}")
	return 0
}
complete -o default -F _viaduct viaduct
