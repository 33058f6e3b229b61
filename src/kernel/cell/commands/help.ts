const text = `\
%types off|warn|error  what a wrong type does from this cell on: nothing, a warning, or it stops the cell
%time statement        how long the statement takes; on the first line alone, the whole cell
%timeit expression     how long the expression takes, over many calls
%env NAME=value        set an environment variable; %env NAME shows it, %env lists all
%cd folder             change the folder of files; imports keep the notebook's folder
%npm install package   run npm in the notebook's folder
!command               run a command in the shell
%help                  this list

name?                  the type and the documentation of a name
Tab, Shift+Tab         completion, documentation`;

/** `%help` lists the commands. */
export function help(): void {
  console.log(text);
}
