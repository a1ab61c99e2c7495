/* Keeps a page as it was rendered in step with the journal, and what is typed from being lost.
   Everything works without it.  No text ever becomes markup here (trusted-types 'none'). */
'use strict';
