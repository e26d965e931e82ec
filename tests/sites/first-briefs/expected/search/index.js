chancerySearch.deliver("index","8c204ec66c",{"firsts":[""]});
