chancerySearch.deliver("index","1244827c16",{"firsts":[""]});
