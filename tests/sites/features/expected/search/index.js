chancerySearch.deliver("index","95841ab3f9",{"firsts":[""]});
