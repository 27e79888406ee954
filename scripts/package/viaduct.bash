# Completion for bash: viaduct itself knows what may come next. Where it has
# nothing to say, file names are offered.
_viaduct() {
	mapfile -t COMPREPLY < <("${COMP_WORDS[0]}" --complete \
		"${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
	# a key waits for its value
	[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] &&
		compopt -o nospace
	return 0
}
complete -o default -F _viaduct viaduct
