const bash = `# gatehouse completion bash >> ~/.bashrc
# An identifier of an API has a colon, at which bash would part it.
COMP_WORDBREAKS=\${COMP_WORDBREAKS//:/}
_gatehouse() {
  local IFS=$'\\n' found word
  found=$(gatehouse __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return 0
  COMPREPLY=()
  for word in $found; do COMPREPLY+=("$(printf '%q' "$word")"); done
}
complete -o default -F _gatehouse gatehouse
`

const zsh = `#compdef gatehouse
# gatehouse completion zsh > "\${fpath[1]}/_gatehouse"
_gatehouse() {
  local -a found
  found=("\${(@f)$(gatehouse __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=(\${found:#})
  (( \${#found} )) && compadd -- "\${found[@]}" || _files
}
if [ "$funcstack[1]" = _gatehouse ]; then _gatehouse "$@"; else compdef _gatehouse gatehouse; fi
`

const fish = `# gatehouse completion fish > ~/.config/fish/completions/gatehouse.fish
function __gatehouse_complete
  set -l words (commandline -opc) (commandline -ct)
  gatehouse __complete -- $words[2..-1] 2>/dev/null | string match -rv '^$'
end
complete -c gatehouse -f -a '(__gatehouse_complete)'
`

/** What each shell has to be told. */
export const scripts: Readonly<Record<string, string>> = { bash, zsh, fish }
